"""The checks of the stage "batching"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.batching.pads_in_labels import pads_in_labels

CHECKS: tuple[Check, ...] = (pads_in_labels,)
