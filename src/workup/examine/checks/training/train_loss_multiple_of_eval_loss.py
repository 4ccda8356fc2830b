"""TRA014"""

from __future__ import annotations

import statistics
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course
from workup.examine.measurements.plan import number

# Dropout and the age of a logged mean part the two losses by some tenths, not by a whole multiple.
_NEAR = 0.15
_ENOUGH = 2


@check("TRA014", "training", after=["ENV001"])
def train_loss_multiple_of_eval_loss(course: Course, arguments: Any) -> Finding | None:
    """The training loss is as many times the evaluation loss as batches are accumulated.

    What it checks
    With `gradient_accumulation_steps` above 1: whether the training loss, at each evaluation in the second
    half of the log, is that many times the evaluation loss.

    Why it matters
    The loss of accumulated batches is summed and not averaged, and so is the gradient. It is clipped at
    nearly every step, SGD makes steps that many times too long, and the two curves cannot be compared.

    Evidence
    The accumulation, and the median ratio of the two losses.

    Example
    Wrong: accumulation 8, training loss 16.2, evaluation loss 2.0. Right: 2.1 and 2.0.

    Remedy
    Set `model.accepts_loss_kwargs = False` before the Trainer is built, or divide in a loss function of your
    own.

    When it is harmless
    With AdamW or Adafactor and without clipping the weights come out nearly the same.

    Known limits
    An accumulation of 2 can be imitated by training rows that are twice as hard as those of the evaluation.

    Sources
    https://github.com/huggingface/transformers/pull/47690,
    https://github.com/huggingface/transformers/issues/37766. Measured on tiny models; the test of this check
    repeats it.
    """
    accumulated = number(getattr(arguments, "gradient_accumulation_steps", None)) or 1
    smoothed = number(getattr(arguments, "label_smoothing_factor", None)) or 0
    if accumulated <= 1 or smoothed > 0:
        return None
    ratios = _ratios(course)
    if len(ratios) < _ENOUGH or any(abs(ratio / accumulated - 1) > _NEAR for ratio in ratios):
        return None
    ratio = statistics.median(ratios)
    return Finding(
        Severity.WARNING,
        f"the training loss is {ratio:.2f} times the evaluation loss, and {accumulated:g} batches are "
        f"accumulated: losses and gradients are summed instead of averaged",
        Remedy(
            "tell the Trainer that the model does not divide the loss itself, before the Trainer is built",
            code="model.accepts_loss_kwargs = False",
        ),
        {
            "accumulation": int(accumulated),
            "ratio of the losses": round(ratio, 3),
            "evaluations": len(ratios),
        },
    )


def _ratios(course: Course) -> list[float]:
    """Training by evaluation loss, at each evaluation in the second half: early on the first is still old."""
    ratios = []
    middle = max((line.step for line in course.training), default=0) / 2
    for line in course.evaluations:
        before = [one.loss for one in course.training if one.loss is not None and one.step <= line.step]
        if line.loss and before and line.step >= middle:
            ratios.append(before[-1] / line.loss)
    return ratios
