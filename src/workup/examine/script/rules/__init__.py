"""The rules: one fault of a script each, in one literal table.

A rule is a check (`workup.examine.check`) that asks for `facts`, `roles` and `version` of a script.
"""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.script.rules import (
    collators,
    evaluation,
    generation,
    labels,
    loops,
    models,
    names,
    prompts,
    training,
)

RULES: tuple[Check, ...] = (
    *names.RULES,
    *labels.RULES,
    *collators.RULES,
    *prompts.RULES,
    *evaluation.RULES,
    *generation.RULES,
    *models.RULES,
    *training.RULES,
    *loops.RULES,
)
