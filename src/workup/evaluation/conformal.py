"""Split conformal prediction: a set of answers that holds the right one as often as promised.

Each answer of a case gets a score, the higher the worse it fits. On n calibration cases that the model was
not trained on, the score of the right answer is seen; the ceil((n + 1)(1 - alpha))-th smallest of these
becomes the threshold, and a new case's set is every answer that scores no higher. If the new case comes
from where the calibration cases came from, the set holds the right answer with a chance of at least
1 - alpha, whatever the model (Vovk et al. 2005; Angelopoulos and Bates 2023, "A gentle introduction").

The promise is over the drawing of calibration cases too: see `coverage_range` for one given calibration.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workup.errors import DataError, nearest
from workup.evaluation.estimate import INTERVAL, Flags, Floats, Indices
from workup.evaluation.metrics import Proportion

# RAPS: every answer after the fifth costs this much; the fixed values of Angelopoulos et al. 2021.
_FREE, _PENALTY = 5, 0.01

# Equal numbers that were added up in another order still count as equal.
_ROUNDING = 1e-9


def lac(probabilities: Floats) -> Floats:
    """(N, K) one minus the probability: the smallest sets on average (Sadinle, Lei and Wasserman 2019)."""
    return 1.0 - probabilities


def aps(probabilities: Floats) -> Floats:
    """(N, K) the probability of an answer and all likelier ones: larger sets for harder cases (Romano 2020).

    Not randomised, so that the same case always has the same set; the coverage can then be above the
    promise where the model is sure, never below it.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    mass = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    scores = np.empty_like(mass)
    np.put_along_axis(scores, order, mass, axis=1)
    return scores


def raps(probabilities: Floats) -> Floats:
    """(N, K) `aps`, and a penalty on answers far down the list: no very large sets (Angelopoulos 2021)."""
    rank = np.argsort(np.argsort(-probabilities, axis=1, kind="stable"), axis=1) + 1
    return aps(probabilities) + _PENALTY * np.maximum(0, rank - _FREE)


SCORES: dict[str, Callable[[Floats], Floats]] = {"lac": lac, "aps": aps, "raps": raps}


def score(name: str) -> Callable[[Floats], Floats]:
    """One of `SCORES`.

    Raises:
        DataError: no score is called so.
    """
    if name not in SCORES:
        raise DataError(f"there is no conformal score {name!r}; {nearest(name, SCORES)}")
    return SCORES[name]


@dataclass(frozen=True)
class Thresholds:
    """The highest score that still belongs to a set; infinite where the set has to be everything.

    Attributes:
        alpha: the share of sets that may miss the right answer, between 0 and 1.
        marginal: the threshold of all calibration cases.
        groups: of each group that has cases enough for a threshold of its own.
        cases: the number of calibration cases.
    """

    alpha: float
    marginal: float
    groups: dict[str, float]
    cases: int

    def of(self, groups: Sequence[str]) -> Floats:
        """The threshold of each named group; the marginal one where a group has none of its own."""
        return np.array([self.groups.get(group, self.marginal) for group in groups])

    def to_json(self) -> dict[str, Any]:
        """As plain values; None is an infinite threshold."""
        return {
            "alpha": self.alpha,
            "marginal": _finite(self.marginal),
            "groups": {group: _finite(value) for group, value in self.groups.items()},
            "cases": self.cases,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Thresholds:
        """The reverse of `to_json`."""
        groups = {group: _infinite(value) for group, value in values["groups"].items()}
        return cls(values["alpha"], _infinite(values["marginal"]), groups, values["cases"])


def fit_thresholds(scores: Floats, alpha: float, groups: Sequence[str] | None = None) -> Thresholds:
    """Thresholds from the scores (n,) of the right answers of calibration cases.

    With `groups`, one name a case, the promise holds within each group that has at least `least_group`
    cases (Mondrian conformal prediction, Vovk 2003). The group may be something known of a case, or the
    right answer or its kind: then each answer is measured by the threshold of its own kind. A smaller group
    shares the marginal threshold, for which nothing is promised about that group alone.

    Raises:
        DataError: alpha is not between 0 and 1, or there is not one group for each score.
    """
    if not 0 < alpha < 1:
        raise DataError(f"alpha is {alpha}; it is the share of sets that may miss, between 0 and 1")
    if groups is not None and len(groups) != len(scores):
        raise DataError(f"{len(groups)} groups for {len(scores)} cases; give one for each")
    names = np.array(groups if groups is not None else [], dtype=str)
    large = [str(name) for name in np.unique(names) if (names == name).sum() >= least_group(alpha)]
    own = {name: threshold(scores[names == name], alpha) for name in large}
    return Thresholds(alpha, threshold(scores, alpha), own, len(scores))


def threshold(scores: Floats, alpha: float) -> float:
    """The ceil((n + 1)(1 - alpha))-th smallest score; infinite with fewer than 1/alpha - 1 scores."""
    place = _place(len(scores), alpha)
    return float(np.sort(scores)[place - 1]) if place <= len(scores) else math.inf


def least_group(alpha: float) -> int:
    """How many cases a group needs for a threshold of its own: 2/alpha - 1, so 19 for 90 %.

    With half of that a threshold exists, but it is the group's most extreme case.
    """
    return math.ceil(2 / alpha - 1 - _ROUNDING)


def sets(scores: Floats, thresholds: float | Floats) -> Flags:
    """(N, K) whether each answer belongs to its case's set; the best answer always does.

    Args:
        scores: (N, K).
        thresholds: one number, (K,) for answers, or (N, 1) for cases.
    """
    found = scores <= thresholds + _ROUNDING
    found[np.arange(len(scores)), scores.argmin(axis=1)] = True
    return np.asarray(found)


@dataclass(frozen=True)
class Coverage:
    """How often sets held the right answer, overall and by group, and how many answers they had."""

    held: Proportion
    mean_size: float
    groups: dict[str, Proportion]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        groups = {group: held.to_json() for group, held in self.groups.items()}
        return {"held": self.held.to_json(), "mean_size": self.mean_size, "groups": groups}


def coverage(members: Flags, truth: Indices, groups: Sequence[str] | None = None) -> Coverage:
    """Measured coverage of sets (N, K) on cases that no threshold was fitted on."""
    held = members[np.arange(len(truth)), truth]
    names = np.array(groups if groups is not None else [], dtype=str)
    by_group = {str(name): Proportion.of(held[names == name]) for name in np.unique(names)}
    return Coverage(Proportion.of(held), float(members.sum(axis=1).mean()), by_group)


def coverage_range(cases: int, alpha: float) -> tuple[float, float]:
    """Where the true coverage of one calibration on so many cases lies 95 times in 100.

    It is Beta(k, n + 1 - k) with k = ceil((n + 1)(1 - alpha)), for scores without ties (Vovk 2012).
    """
    from scipy.stats import beta

    place = _place(cases, alpha)
    if place > cases:
        return (1.0, 1.0)
    low, high = beta.ppf(INTERVAL, place, cases + 1 - place)
    return float(low), float(high)


def _place(cases: int, alpha: float) -> int:
    return math.ceil((cases + 1) * (1 - alpha) - _ROUNDING)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _infinite(value: float | None) -> float:
    return math.inf if value is None else value
