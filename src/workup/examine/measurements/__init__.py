"""What can be measured from the parts of a subject: each a function that asks for other parts by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workup.examine.measurements import (
    answers,
    batches,
    before,
    course,
    entropy,
    generating,
    labels,
    learned,
    plan,
    prompts,
    texts,
    tokens,
    trained_weights,
    weights,
)

MEASUREMENTS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *answers.MEASUREMENTS,
        *batches.MEASUREMENTS,
        *before.MEASUREMENTS,
        *course.MEASUREMENTS,
        *entropy.MEASUREMENTS,
        *generating.MEASUREMENTS,
        *labels.MEASUREMENTS,
        *learned.MEASUREMENTS,
        *plan.MEASUREMENTS,
        *prompts.MEASUREMENTS,
        *texts.MEASUREMENTS,
        *tokens.MEASUREMENTS,
        *trained_weights.MEASUREMENTS,
        *weights.MEASUREMENTS,
    )
}
