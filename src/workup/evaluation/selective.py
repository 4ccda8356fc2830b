"""Answering only where it is likely to be right: how much accuracy is bought with how much silence.

Throughout: confidence (N,), 0 to 1; right (N,), whether the first answer was right. A case is answered
when its confidence is at least the threshold. Cases of equal confidence are answered together.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workup.errors import DataError
from workup.evaluation.estimate import Estimate, Flags, Floats, bootstrap
from workup.evaluation.metrics import Proportion
from workup.evaluation.reliability import checked


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold of confidence, how many cases it answered, and how many of those were right.

    Measured on the cases the threshold was chosen on, so a little too good; on other cases
    `OperatingPoint.at` says what it does.
    """

    threshold: float
    answered: Proportion
    right: Proportion

    @classmethod
    def at(cls, threshold: float, confidence: Floats, right: Flags) -> OperatingPoint:
        """What a given threshold does on these cases."""
        answered = confidence >= threshold
        return cls(float(threshold), Proportion.of(answered), Proportion.of(right[answered]))

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "threshold": self.threshold,
            "answered": self.answered.to_json(),
            "right": self.right.to_json(),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> OperatingPoint:
        """The reverse of `to_json`."""
        counts = (Proportion.from_json(values[name]) for name in ("answered", "right"))
        return cls(values["threshold"], *counts)


@dataclass(frozen=True)
class RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener 2010), one point for each distinct confidence.

    Attributes:
        thresholds, coverage, risk: falling thresholds, the share answered, and the share wrong of those.
        area: the mean risk over all coverages (AURC, Geifman and El-Yaniv 2017), 0 is best.
        excess: what of the area a perfect order of the same answers would save (e-AURC, Geifman, Uziel and
            El-Yaniv 2019); 0 says that every wrong answer was less sure than every right one.
    """

    thresholds: tuple[float, ...]
    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: Estimate
    excess: Estimate

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return asdict(self)


def risk_coverage(confidence: Floats, right: Flags) -> RiskCoverage:
    """The curve with its area, and bootstrap intervals over cases.

    Raises:
        DataError: as of `reliability`.
    """
    checked(confidence, right)
    values, answered, correct = _by_threshold(confidence, right)

    def excess(confidence: Floats, right: Flags) -> float:
        return area(confidence, right) - area(right.astype(float), right)

    return RiskCoverage(
        thresholds=tuple(values.tolist()),
        coverage=tuple((answered / len(right)).tolist()),
        risk=tuple((1 - correct / answered).tolist()),
        area=bootstrap(lambda drawn: area(confidence[drawn], right[drawn]), len(right)),
        excess=bootstrap(lambda drawn: excess(confidence[drawn], right[drawn]), len(right)),
    )


def area(confidence: Floats, right: Flags) -> float:
    """The mean, over k from 1 to N, of the share wrong among the k surest cases; ties in random order."""
    order = np.argsort(-confidence, kind="stable")
    _, start, count = np.unique(-confidence[order], return_index=True, return_counts=True)
    wrong = np.add.reduceat(~right[order].astype(bool), start, dtype=float) / count
    return float(np.mean(np.cumsum(np.repeat(wrong, count)) / np.arange(1, len(right) + 1)))


def at_accuracy(confidence: Floats, right: Flags, target: float) -> OperatingPoint | None:
    """The lowest threshold whose answered cases are right at least as often as `target`; None: there is none.

    On new cases the accuracy is as likely to be below the target as above it: look at the interval.

    Raises:
        DataError: as of `reliability`, or a target that is not between 0 and 1.
    """
    checked(confidence, right)
    _checked_share(target, "accuracy")
    values, answered, correct = _by_threshold(confidence, right)
    enough = np.flatnonzero(correct / answered >= target)
    return OperatingPoint.at(values[enough[-1]], confidence, right) if len(enough) else None


def at_coverage(confidence: Floats, right: Flags, share: float) -> OperatingPoint:
    """The highest threshold that answers at least this share of the cases.

    Raises:
        DataError: as of `reliability`, or a share that is not between 0 and 1.
    """
    checked(confidence, right)
    _checked_share(share, "coverage")
    count = max(1, math.ceil(share * len(right) - 1e-9))
    return OperatingPoint.at(np.sort(confidence)[-count], confidence, right)


def _by_threshold(confidence: Floats, right: Flags) -> tuple[Floats, Floats, Floats]:
    """Distinct confidences, falling; how many cases each answers, and how many of these are right."""
    values, inverse, count = np.unique(-confidence, return_inverse=True, return_counts=True)
    correct = np.bincount(inverse, weights=right)
    return -values, np.cumsum(count).astype(float), np.cumsum(correct)


def _checked_share(share: float, name: str) -> None:
    if not 0 < share <= 1:
        raise DataError(f"the wished {name} is {share}; give a share above 0 and at most 1, such as 0.9")
