"""The interventions: for each fault whose remedy can be tried, how it is tried."""

from __future__ import annotations

from workup.examine.interventions.contents import CONTENTS
from workup.examine.interventions.crashing import CRASHING
from workup.examine.interventions.cure import Cure, Intervention
from workup.examine.interventions.generating import GENERATING
from workup.examine.interventions.refused import REFUSED
from workup.examine.interventions.rows import ROWS
from workup.examine.interventions.training import TRAINING

_ALL = (*GENERATING, *REFUSED, *ROWS, *CONTENTS, *CRASHING, *TRAINING)
INTERVENTIONS: dict[str, Intervention] = {code: one for one in _ALL for code in one.codes}

__all__ = ["INTERVENTIONS", "Cure", "Intervention"]
