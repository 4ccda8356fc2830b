"""TRA008"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course
from workup.examine.measurements.entropy import LabelEntropy
from workup.examine.measurements.plan import number

# Batches differ by some hundredths; a task of which anything was learned lies further below.
_NEAR = 0.05
# A loss that still falls by more than this share only passes by.
_FLAT = 0.03
# Where answers cost next to nothing without the input, nothing can be told.
_LEAST = 0.2
_ENOUGH_LOSSES, _ENOUGH_EVALUATIONS = 6, 3


@check("TRA008", "training", after=["TRA007"])
def loss_at_unigram_entropy(
    course: Course, label_entropy: LabelEntropy | None, arguments: Any = None
) -> Finding | None:
    """The loss ends where a model ends that never looks at its input.

    What it checks
    Whether the loss has come to rest within 5 % of the entropy of the label tokens: of their frequencies
    alone, or, where the same answers occur again and again, of the answers. The evaluation loss counts where
    there is one, provided that the training loss does not lie below.

    Why it matters
    Such a model has learned how frequent the answers are, and nothing of what tells them apart. It gives the
    most frequent answer to everything. Inputs cut off before the deciding part, targets that belong to other
    inputs, and weights that do not train look like this.

    Evidence
    The loss at the end, and the entropy in nats a token, over at most 2000 rows.

    Example
    Wrong: four colours in equal number, each one token and an end token, and a loss that stays at ln(4) / 2,
    which is 0.69. Right: a loss that goes on to fall.

    Remedy
    Look at a few rows as the model receives them: is the deciding part there, and does the target belong to
    it?

    When it is harmless
    When the input cannot tell the answer, as in data made to train a language model.

    Known limits
    A loss may rest there by chance. Label smoothing changes the loss and is not judged.

    Sources
    https://arxiv.org/abs/1910.10683 (the loss), Shannon 1948 (the entropy). Measured on tiny models; the test
    of this check repeats it.
    """
    smoothed = number(getattr(arguments, "label_smoothing_factor", None)) or 0
    rest = _rest(course)
    if label_entropy is None or smoothed > 0 or rest is None:
        return None
    floors = {"label tokens": label_entropy.unigram, "answers": label_entropy.answers}
    for name, entropy in floors.items():
        if entropy is None or entropy < _LEAST or abs(rest / entropy - 1) > _NEAR:
            continue
        return Finding(
            Severity.WARNING,
            f"the loss rests at {rest:.3f}, and the {name} alone have an entropy of {entropy:.3f}: nothing "
            f"of the input was learned",
            Remedy("decode a few training rows and see whether the deciding part of the input is there"),
            {
                "last loss": rest,
                f"entropy of the {name}": entropy,
                "rows looked at": label_entropy.rows,
                "rows": label_entropy.total,
            },
        )
    return None


def _rest(course: Course) -> float | None:
    """Where the loss came to rest; None where it did not."""
    evaluated = _flat_end(course.eval_losses, _ENOUGH_EVALUATIONS)
    trained = _flat_end(course.losses, _ENOUGH_LOSSES)
    if len(course.eval_losses) < _ENOUGH_EVALUATIONS:
        return trained
    if evaluated is not None and course.losses:
        last = statistics.mean(course.losses[-max(1, len(course.losses) // 3) :])
        # Below: the training rows are learned by heart, which is another matter.
        return evaluated if last >= (1 - 2 * _NEAR) * evaluated else None
    return evaluated


def _flat_end(losses: Sequence[float], enough: int) -> float | None:
    """The mean of the last third of the losses, if that third is flat."""
    if len(losses) < enough:
        return None
    end = losses[-max(2, len(losses) // 3) :]
    half = len(end) // 2
    before, after = statistics.mean(end[:half]), statistics.mean(end[half:])
    return statistics.mean(end) if abs(before - after) <= _FLAT * max(before, after) else None
