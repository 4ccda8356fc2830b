"""The checks of the stage "generation"."""

from __future__ import annotations

from workup.examine.check import Check

CHECKS: tuple[Check, ...] = ()
