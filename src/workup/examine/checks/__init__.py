"""The catalogue: every check, in the order of the stages; each stage has a literal table in its folder."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks import (
    batching,
    environment,
    generation,
    input,
    model,
    output,
    tokenization,
    training,
)

CATALOGUE: tuple[Check, ...] = (
    *environment.CHECKS,
    *input.CHECKS,
    *tokenization.CHECKS,
    *batching.CHECKS,
    *model.CHECKS,
    *training.CHECKS,
    *generation.CHECKS,
    *output.CHECKS,
)
