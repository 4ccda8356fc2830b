"""The catalogue: every check there is, in the order of the stages; each stage's folder has its literal table."""

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
