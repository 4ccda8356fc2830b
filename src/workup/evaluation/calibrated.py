"""What was learned on validation cases about a model's probabilities: fitted once, kept beside the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workup.errors import DataError
from workup.evaluation import conformal
from workup.evaluation.bands import Band, bands
from workup.evaluation.calibration import checked, cross_fitted, fit_temperature, folds, probabilities
from workup.evaluation.conformal import Thresholds, fit_thresholds
from workup.evaluation.estimate import Flags, Floats, Indices
from workup.evaluation.metrics import Proportion
from workup.evaluation.selective import OperatingPoint, at_accuracy

FORMAT = 1


@dataclass(frozen=True)
class Calibration:
    """Turns a model's log-probabilities into probabilities, sets, words, and the decision to answer.

    Attributes:
        data: the name of the cases it was fitted on.
        answers: K, the size of the closed set; `kinds` (K,), the group of each answer, or None.
        temperature: see `calibration.fit_temperature`.
        score: the conformal score, one of `conformal.SCORES`.
        thresholds: of the sets, with the number of cases and alpha.
        operating_point: None where no threshold of confidence reached the wished accuracy.
        bands: confidence in words, with the accuracy of confidences that each case's own fold did not fit.
    """

    data: str
    answers: int
    kinds: tuple[str, ...] | None
    temperature: float
    score: str
    thresholds: Thresholds
    operating_point: OperatingPoint | None
    bands: tuple[Band, ...]

    @classmethod
    def fit(
        cls,
        log_probabilities: Floats,
        truth: Indices,
        *,
        data: str,
        kinds: Sequence[str] | None = None,
        score: str = "lac",
        alpha: float = 0.1,
        accuracy: float = 0.9,
    ) -> Calibration:
        """From validation cases: log-probabilities (N, K) and the index of the right answer (N,).

        Args:
            data: what the cases are called.
            kinds: (K,) a group for each answer: sets then keep their promise for each group that has cases
                enough (`conformal.fit_thresholds`).
            alpha: the share of sets that may miss the right answer.
            accuracy: what the answered cases should reach (`selective.at_accuracy`).

        The conformal thresholds use the probabilities under the temperature that was fitted on the same
        cases. One number from hundreds of cases costs the coverage nothing that can be measured (tests).

        Raises:
            DataError: see `calibration.checked` and `conformal.fit_thresholds`; fewer than five cases; or
                not one kind for each answer.
        """
        checked(log_probabilities, truth)
        if kinds is not None and len(kinds) != log_probabilities.shape[1]:
            raise DataError(
                f"{len(kinds)} kinds for {log_probabilities.shape[1]} answers; give one for each answer"
            )
        rows = np.arange(len(truth))
        temperature = fit_temperature(log_probabilities, truth)
        scores = conformal.score(score)(probabilities(log_probabilities, temperature))
        groups = [kinds[index] for index in truth] if kinds is not None else None
        honest = cross_fitted(log_probabilities, truth)
        confidence, right = honest.max(axis=1), honest.argmax(axis=1) == truth
        return cls(
            data=data,
            answers=log_probabilities.shape[1],
            kinds=tuple(kinds) if kinds is not None else None,
            temperature=temperature,
            score=score,
            thresholds=fit_thresholds(scores[rows, truth], alpha, groups),
            operating_point=at_accuracy(confidence, right, accuracy),
            bands=bands(confidence, right),
        )

    def probabilities(self, log_probabilities: Floats) -> Floats:
        """(N, K) calibrated probabilities within the closed set.

        Raises:
            DataError: not K answers.
        """
        if log_probabilities.shape[1] != self.answers:
            raise DataError(
                f"the calibration is of {self.answers} answers, not {log_probabilities.shape[1]}; "
                "calibrate again after every change to the closed set"
            )
        return probabilities(log_probabilities, self.temperature)

    def sets(self, log_probabilities: Floats) -> Flags:
        """(N, K) whether each answer belongs to the set of its case."""
        thresholds = self.thresholds.of(self.kinds) if self.kinds is not None else self.thresholds.marginal
        scores = conformal.score(self.score)(self.probabilities(log_probabilities))
        return conformal.sets(scores, thresholds)

    def answered(self, confidence: Floats) -> Flags:
        """(N,) whether to answer, by the operating point; without one, never."""
        if self.operating_point is None:
            return np.zeros(len(confidence), dtype=bool)
        return np.asarray(confidence >= self.operating_point.threshold)

    def band(self, confidence: float) -> Band:
        """The word for a confidence, with how often it was right."""
        return next(band for band in reversed(self.bands) if confidence >= band.low)

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            **vars(self),
            "format": FORMAT,
            "kinds": list(self.kinds) if self.kinds is not None else None,
            "thresholds": self.thresholds.to_json(),
            "operating_point": self.operating_point and self.operating_point.to_json(),
            "bands": [{**vars(band), "accuracy": band.accuracy.to_json()} for band in self.bands],
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Calibration:
        """The reverse of `to_json`.

        Raises:
            DataError: the values are of another format, or incomplete.
        """
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            found = values.get("format") if isinstance(values, dict) else None
            raise DataError(f"this is no calibration of format {FORMAT}, but of {found}; calibrate again")
        try:
            return cls._read(values)
        except (KeyError, TypeError) as error:
            raise DataError(f"the calibration is incomplete ({error}); calibrate again") from error

    @classmethod
    def _read(cls, values: dict[str, Any]) -> Calibration:
        point = values["operating_point"]
        read = [
            Band(band["word"], band["low"], band["high"], Proportion.from_json(band["accuracy"]))
            for band in values["bands"]
        ]
        return cls(
            data=values["data"],
            answers=values["answers"],
            kinds=tuple(values["kinds"]) if values["kinds"] is not None else None,
            temperature=values["temperature"],
            score=values["score"],
            thresholds=Thresholds.from_json(values["thresholds"]),
            operating_point=OperatingPoint.from_json(point) if point else None,
            bands=tuple(read),
        )


@dataclass(frozen=True)
class HeldOut:
    """What calibrations that had not seen a case say of it, for every case.

    Attributes:
        probabilities, sets: (N, K). `answered`: (N,).
    """

    probabilities: Floats
    sets: Flags
    answered: Flags


def held_out(log_probabilities: Floats, truth: Indices, **choices: Any) -> HeldOut:
    """Fits on four fifths and applies to the rest, five times: honest figures where there is no other data.

    Args:
        choices: as of `Calibration.fit`.
    """
    checked(log_probabilities, truth)
    found = HeldOut(
        np.empty(log_probabilities.shape), np.empty(log_probabilities.shape, bool), np.empty(len(truth), bool)
    )
    for rest, held in folds(len(truth)):
        one = Calibration.fit(log_probabilities[rest], truth[rest], data="folds", **choices)
        found.probabilities[held] = one.probabilities(log_probabilities[held])
        found.sets[held] = one.sets(log_probabilities[held])
        found.answered[held] = one.answered(found.probabilities[held].max(axis=1))
    return found
