"""Confidences in bins, and the calibration error that bins show: as it is, debiased, and by chance alone.

Throughout: confidence (N,), the probability of the first answer, 0 to 1; right (N,), whether it was right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from workup.evaluation.estimate import RESAMPLES, Flags, Floats, Indices
from workup.evaluation.metrics import Proportion

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Cases of like confidence: from `low` to `high`, `confidence` on average, and how many were right."""

    low: float
    high: float
    confidence: float
    accuracy: Proportion

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**vars(self), "accuracy": self.accuracy.to_json()}


def equal_mass_bins(confidence: Floats, right: Flags) -> tuple[Bin, ...]:
    """Ten bins of equally many cases, by rising confidence; fewer than ten cases: one a bin."""
    order = np.argsort(confidence, kind="stable")
    return tuple(_bin(confidence[part], right[part]) for part in np.split(order, _edges(len(order))[1:-1]))


def equal_width_bins(confidence: Floats, right: Flags) -> tuple[Bin, ...]:
    """Bins 0 to 0.1, 0.1 to 0.2 and so on, the upper bound within; empty ones are left out."""
    number = np.clip(np.ceil(confidence * BINS) - 1, 0, BINS - 1)
    return tuple(_bin(confidence[number == one], right[number == one]) for one in np.unique(number))


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Expected calibration error: the mean distance of confidence from accuracy (Naeini et al. 2015)."""
    return float(_plain(*_columns(bins)))


def debiased_error(bins: tuple[Bin, ...]) -> float:
    """The expected calibration error less what chance adds to it; can be below 0 (Kumar et al. 2019).

    Each bin's accuracy is taken to be normal about what was measured. Kumar et al. draw from it; the mean
    absolute value of a normal variable is known exactly, so nothing is drawn here.
    """
    return float(_debiased(*_columns(bins)))


def resampled_errors(confidence: Floats, right: Flags) -> Floats:
    """(1000,) debiased errors of cases drawn again, with replacement."""
    random = np.random.default_rng(0)
    order = np.argsort(confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    found = []
    for rows in _batches(len(right)):
        drawn = np.sort(random.integers(0, len(right), (rows, len(right))), axis=1)
        found.append(_debiased(*_equal_mass(confidence[drawn], right[drawn])))
    return np.concatenate(found)


def largest_by_chance(confidence: Floats) -> float:
    """The 95 % quantile of the raw error if every confidence were exactly the chance of being right.

    Consistency resampling (Bröcker and Smith 2007, "Increasing the reliability of reliability diagrams").
    """
    random = np.random.default_rng(0)
    confidence = np.sort(confidence)[None]
    found = []
    for rows in _batches(confidence.size):
        right = random.random((rows, confidence.size)) < confidence
        found.append(_plain(*_equal_mass(confidence, right)))
    return float(np.quantile(np.concatenate(found), 0.95))


def _bin(confidence: Floats, right: Flags) -> Bin:
    accuracy = Proportion.of(right)
    return Bin(float(confidence.min()), float(confidence.max()), float(confidence.mean()), accuracy)


def _columns(bins: tuple[Bin, ...]) -> tuple[Floats, Floats, Floats]:
    """Cases, mean confidence and accuracy of each bin."""
    rows = [(one.accuracy.total, one.confidence, one.accuracy.value) for one in bins]
    size, stated, shown = np.array(rows, dtype=float).T
    return size, stated, shown


def _edges(cases: int) -> Indices:
    """Where each equal-mass bin begins, and where the last one ends."""
    return np.linspace(0, cases, min(BINS, cases) + 1).round().astype(np.int64)


def _equal_mass(confidence: Floats, right: Flags) -> tuple[Floats, Floats, Floats]:
    """The `_columns` of many data sets (R, N) at once, each sorted by confidence: (B,), (R, B), (R, B)."""
    edges = _edges(confidence.shape[-1])
    size = np.diff(edges).astype(float)
    stated = np.add.reduceat(confidence, edges[:-1], axis=-1) / size
    return size, stated, np.add.reduceat(right, edges[:-1], axis=-1, dtype=float) / size


def _plain(size: Floats, stated: Floats, shown: Floats) -> Floats:
    return np.asarray(np.abs(stated - shown) @ size / size.sum())


def _debiased(size: Floats, stated: Floats, shown: Floats) -> Floats:
    from scipy.special import ndtr

    gap = shown - stated
    spread = np.maximum(np.sqrt(shown * (1 - shown) / size), 1e-12)
    scaled = gap / spread
    by_chance = spread * np.sqrt(2 / np.pi) * np.exp(-(scaled**2) / 2) + gap * (1 - 2 * ndtr(-scaled))
    return np.asarray((2 * np.abs(gap) - by_chance) @ size / size.sum())


def _batches(cases: int) -> Iterator[int]:
    """How many of the 1000 resamples to make at a time, so that they fit in some tens of megabytes."""
    most = max(1, 1_000_000 // cases)
    for start in range(0, RESAMPLES, most):
        yield min(most, RESAMPLES - start)
