"""The interventions: for each fault whose remedy can be tried, how it is tried."""

from __future__ import annotations

from workup.examine.interventions.cure import Cure, Intervention
from workup.examine.interventions.generating import GENERATING
from workup.examine.interventions.rows import ROWS
from workup.examine.interventions.training import TRAINING

INTERVENTIONS: dict[str, Intervention] = {one.code: one for one in (*GENERATING, *ROWS, *TRAINING)}

__all__ = ["INTERVENTIONS", "Cure", "Intervention"]
