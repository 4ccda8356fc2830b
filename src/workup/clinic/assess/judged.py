"""One input on its way to an answer, and whether it gets a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workup.clinic.assess.assessment import Abstained
from workup.clinic.assess.evidence import Seen
from workup.clinic.assess.fitted import Fitted
from workup.clinic.assess.reasons import pieces
from workup.clinic.assess.told import LEAST, told
from workup.clinic.safety import Reading, animal
from workup.evaluation.estimate import Floats

# The share of in-scope cases that may be taken for something else; and of those without a finding.
_FALSE_ALARMS, _WITHOUT_FINDING = 0.04, 0.5


@dataclass(frozen=True)
class Judged:
    """What was read and seen of an input, and why it gets no diagnosis, if so.

    Attributes:
        source: what the model reads; `seen`: of this one input.
        probabilities: (K,) of the known conditions, calibrated.
        doubts: what has to be asked back.
    """

    reading: Reading
    fitted: Fitted
    source: str
    seen: Seen
    probabilities: Floats
    doubts: tuple[str, ...]
    abstained: Abstained | None
    why: str

    @property
    def is_case(self) -> bool:
        """Whether it is a case at all, likely enough or not."""
        return self.abstained in (None, "unsure")


def abstention(
    reading: Reading,
    seen: Seen,
    fitted: Fitted,
    probabilities: Floats,
    doubts: Sequence[str],
    tokens: int,
) -> tuple[Abstained | None, str]:
    """Why there is no diagnosis, and the same in a sentence; None where there is one.

    Args:
        tokens: the most that the model reads.
    """
    if seen.cut[0]:
        return "unreadable", f"It is longer than the {tokens} tokens that the model reads; shorten it."
    if doubts:
        return "doubtful", "Something in it has to be cleared up first."
    if words := animal(reading.text):
        return "out of scope", f"The patient is an animal ({words!r}), and the model knows people only."
    if is_outside(reading, fitted.scope.p_values(seen.scores)[0]):
        strangest = fitted.scope.strangest(seen.scores)[0] if pieces(reading) else "no finding in it"
        return "out of scope", f"It does not look like a case of the kind the model knows ({strangest})."
    if (findings := told(reading)) < LEAST:
        return "sparse", _too_little(findings)
    confidence = probabilities.max(keepdims=True)
    if not fitted.calibration.answered(confidence)[0]:
        point = fitted.calibration.operating_point
        least = f"at least {point.threshold:.0%} is asked for" if point else "its answers are too often wrong"
        return "unsure", f"The likeliest condition has {confidence[0]:.0%}; {least}."
    return None, ""


def _too_little(findings: int) -> str:
    number = f"are {findings} findings" if findings > 1 else f"is {findings or 'no'} finding"
    return (
        f"There {number} in it; cases that it was calibrated on have {LEAST} or more, so its probability "
        "would mean nothing: add findings."
    )


def is_outside(reading: Reading, p_value: float) -> bool:
    """Whether a text is no case: stranger than nearly all cases, or than half of them and without a finding.

    Args:
        p_value: how many of the validation cases are as strange (`evaluation.scope`).
    """
    return bool(p_value <= (_FALSE_ALARMS if pieces(reading) else _WITHOUT_FINDING))
