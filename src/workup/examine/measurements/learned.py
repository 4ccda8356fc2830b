"""Whether the log of a training shows that it worked."""

from __future__ import annotations

from typing import Any

from workup.examine.measurements.course import Course, ends
from workup.examine.measurements.entropy import LabelEntropy
from workup.examine.measurements.plan import number

# Checks of the output that find what a model says that has learned too little: nothing, pads, sentinels, its
# input, one passage again and again, one answer to all, parts of answers, parts of words.
UNLEARNED = ("OUT001", "OUT002", "OUT003", "OUT004", "OUT005", "OUT006", "OUT007", "OUT012")
# Fewer losses show no course.
_ENOUGH = 3


def has_learned(
    course: Course | None = None, label_entropy: LabelEntropy | None = None, arguments: Any = None
) -> bool:
    """Whether the loss ends at half of its beginning, and below what can be known without the input.

    A loss that ends at a fifth of its beginning counts in any case: dropout keeps a training loss up. Without
    the input known are the answers that occur and how often, or, where answers hardly repeat, their tokens.
    Label smoothing raises every loss by an amount of its own, so there the half alone counts.
    """
    if course is None:
        return False
    smoothed = number(getattr(arguments, "label_smoothing_factor", None)) or 0
    known = None
    if label_entropy is not None and not smoothed:
        known = label_entropy.unigram if label_entropy.answers is None else label_entropy.answers
    for losses in (course.eval_losses, course.losses):
        if len(losses) >= _ENOUGH:
            first, last = ends(losses)
            return last <= first / 5 or (last <= first / 2 and (known is None or last < known))
    return False


MEASUREMENTS = (has_learned,)
