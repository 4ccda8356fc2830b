"""The checks of the stage "environment"."""

from __future__ import annotations

from workup.examine.check import Check

CHECKS: tuple[Check, ...] = ()
