"""Do stated probabilities come true? Calibration error, Brier score, log score, reliability diagram.

Throughout: confidence (N,), the probability of the first answer, 0 to 1; right (N,), whether it was right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workup.errors import DataError
from workup.evaluation.binned import (
    Bin,
    calibration_error,
    debiased_error,
    equal_mass_bins,
    equal_width_bins,
    largest_by_chance,
    resampled_errors,
)
from workup.evaluation.estimate import INTERVAL, Estimate, Flags, Floats, Indices
from workup.evaluation.metrics import Proportion


@dataclass(frozen=True)
class Reliability:
    """How far stated probabilities are from the truth.

    Attributes:
        confidence: the mean confidence, 0 to 1; above `accuracy` the model is too sure of itself.
        accuracy: how often the first answer was right.
        error: expected calibration error, equal-mass bins, debiased, 0 to 1. Its interval begins at 0 where
            a perfectly calibrated model could have shown as much.
        raw: the same without debiasing. `equal_width`: with bins of equal width, as often published.
        by_chance: what `raw` stays below 95 times in 100 for a perfectly calibrated model.
        bins: the diagram.
    """

    confidence: float
    accuracy: Proportion
    error: Estimate
    raw: float
    equal_width: float
    by_chance: float
    bins: tuple[Bin, ...]

    @property
    def calibrated(self) -> bool:
        """Whether perfect calibration is not refuted; with few cases little can be."""
        return self.raw <= self.by_chance

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            **vars(self),
            "accuracy": self.accuracy.to_json(),
            "error": self.error.to_json(),
            "bins": [one.to_json() for one in self.bins],
        }


def reliability(confidence: Floats, right: Flags) -> Reliability:
    """Calibration of the first answer.

    With few cases the usual expected calibration error is too large: chance alone moves each bin off the
    diagonal. Equal-mass bins lessen that (Roelofs et al. 2022), and what chance adds is subtracted (Kumar,
    Liang and Ma 2019, "Verified uncertainty calibration"). The interval is a bootstrap over cases moved by
    its own bias; where the raw error is no larger than `by_chance` it begins at 0, because near 0 the
    bootstrap alone leaves out the truth about one time in three (tests/evaluation/test_binned.py).

    Raises:
        DataError: see `checked`.
    """
    checked(confidence, right)
    bins = equal_mass_bins(confidence, right)
    raw, value = calibration_error(bins), debiased_error(bins)
    errors = resampled_errors(confidence, right)
    low, high = np.quantile(errors, INTERVAL) - (errors.mean() - value)
    by_chance = largest_by_chance(confidence)
    return Reliability(
        confidence=float(np.mean(confidence)),
        accuracy=Proportion.of(right),
        error=Estimate(
            max(0.0, value),
            0.0 if raw <= by_chance else max(0.0, float(low)),
            min(1.0, max(0.0, float(high))),
        ),
        raw=raw,
        equal_width=calibration_error(equal_width_bins(confidence, right)),
        by_chance=by_chance,
        bins=bins,
    )


def brier(probabilities: Floats, truth: Indices) -> float:
    """Brier's score of probabilities (N, K), 0 (best) to 2: squared error over all answers (Brier 1950)."""
    rows = np.arange(len(truth))
    return float(np.mean((probabilities**2).sum(axis=1) - 2 * probabilities[rows, truth] + 1))


def log_score(probabilities: Floats, truth: Indices) -> float:
    """The mean surprise at the right answer in nats, 0 (best) upwards (Good 1952)."""
    with np.errstate(divide="ignore"):
        return float(-np.log(probabilities[np.arange(len(truth)), truth]).mean())


def checked(confidence: Floats, right: Flags) -> None:
    """Refuses what is no list of confidences with their outcomes.

    Raises:
        DataError: no case, lengths that differ, or a confidence that is not between 0 and 1.
    """
    if np.ndim(confidence) != 1 or np.shape(confidence) != np.shape(right) or not len(confidence):
        raise DataError(
            f"confidences of shape {np.shape(confidence)} and outcomes of shape {np.shape(right)} do not "
            "fit; give one of each for every case, and at least one case"
        )
    bad = np.flatnonzero(~((confidence >= 0) & (confidence <= 1)))
    if len(bad):
        raise DataError(f"the confidence of case {bad[0]} is {confidence[bad[0]]}; it has to be from 0 to 1")
