"""Ranked lists of answers against reference lists.

DDR, DDP and DDF1 are recall, precision and F1 of each case's list, averaged over cases, as DDXPlus defines
them (Fansi Tchango et al. 2022; the F1 is the mean of the cases' F1, as in its published code). There, a
list is what has a probability above 0.01: `listed` makes one so. NDCG also looks at the order (Järvelin and
Kekäläinen 2002), with linear gain, as scikit-learn's.

Names are compared as `normalise` leaves them; one that is repeated counts once, at its first place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from workup.errors import DataError
from workup.evaluation.estimate import Estimate, bootstrap
from workup.evaluation.metrics import normalise

LEAST_PROBABILITY = 0.01  # of an answer that belongs to a differential, in DDXPlus

Reference = Sequence[str] | Mapping[str, float]


@dataclass(frozen=True)
class Agreement:
    """How well one list agrees with its reference; each number from 0 to 1, 1 is best."""

    recall: float
    precision: float
    f1: float
    ndcg: float


@dataclass(frozen=True)
class Differential:
    """The means over `cases`, with bootstrap intervals: DDR, DDP, DDF1 and NDCG."""

    recall: Estimate
    precision: Estimate
    f1: Estimate
    ndcg: Estimate
    cases: int

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values, under the names the literature uses."""
        return {
            "DDR": self.recall.to_json(),
            "DDP": self.precision.to_json(),
            "DDF1": self.f1.to_json(),
            "NDCG": self.ndcg.to_json(),
            "cases": self.cases,
        }


def differential(lists: Sequence[Sequence[str]], references: Sequence[Reference]) -> Differential:
    """All lists, best answer first, against their references.

    Raises:
        DataError: no list, not one reference for each list, or as of `agreement`, with the case named.
    """
    if len(lists) != len(references) or not lists:
        raise DataError(
            f"{len(lists)} lists and {len(references)} references; give one of each for every case"
        )
    found = []
    for number, (answers, reference) in enumerate(zip(lists, references, strict=True)):
        try:
            found.append(agreement(answers, reference))
        except DataError as error:
            raise DataError(f"case {number}: {error}") from error
    return Differential(
        recall=_mean([one.recall for one in found]),
        precision=_mean([one.precision for one in found]),
        f1=_mean([one.f1 for one in found]),
        ndcg=_mean([one.ndcg for one in found]),
        cases=len(found),
    )


def agreement(answers: Sequence[str], reference: Reference) -> Agreement:
    """One list, best answer first, against its reference.

    Args:
        reference: names with weights (in DDXPlus, probabilities), or names that all weigh the same. Recall,
            precision and F1 ask only who is there. An empty list of answers has 0 everywhere.

    Raises:
        DataError: an empty reference, or a weight that is not a number above 0.
    """
    weights = _weights(reference)
    given = list(dict.fromkeys(normalise(answer) for answer in answers))
    shared = sum(answer in weights for answer in given)
    recall, precision = shared / len(weights), shared / len(given) if given else 0.0
    best = _gain(sorted(weights.values(), reverse=True))
    return Agreement(
        recall=recall,
        precision=precision,
        f1=2 * precision * recall / (precision + recall) if shared else 0.0,
        ndcg=_gain([weights.get(answer, 0.0) for answer in given]) / best,
    )


def listed(probabilities: Sequence[float], names: Sequence[str]) -> list[str]:
    """The names with a probability above 0.01, likeliest first."""
    order = sorted(range(len(names)), key=lambda index: -probabilities[index])
    return [names[index] for index in order if probabilities[index] > LEAST_PROBABILITY]


def _mean(values: Sequence[float]) -> Estimate:
    column = np.array(values)
    return bootstrap(lambda drawn: float(column[drawn].mean()), len(column))


def _weights(reference: Reference) -> dict[str, float]:
    pairs = reference.items() if isinstance(reference, Mapping) else [(name, 1.0) for name in reference]
    weights: dict[str, float] = {}
    for name, weight in pairs:
        if not 0 < weight < float("inf"):
            raise DataError(f"the reference weighs {name!r} {weight}; give a number above 0, or leave it out")
        weights.setdefault(normalise(name), weight)
    if not weights:
        raise DataError("the reference list is empty; leave such cases out, and say how many")
    return weights


def _gain(weights: Sequence[float]) -> float:
    """Discounted cumulative gain: the weight at rank r counts 1 / log2(r + 1)."""
    return sum(weight / log2(rank + 1) for rank, weight in enumerate(weights, start=1))
