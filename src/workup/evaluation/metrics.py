"""Accuracies with their uncertainty."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Proportion:
    """`right` of `total`, with its 95 % Wilson interval."""

    right: int
    total: int

    @classmethod
    def of(cls, right: Collection[Any]) -> Proportion:
        """From what each of N is, right or not: truth values, as plain ones or a flat array of them."""
        return cls(sum(map(bool, right)), len(right))

    @property
    def value(self) -> float:
        """The share that is right, 0 to 1; 0 where there is nothing to count."""
        return self.right / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval (Wilson 1927): it keeps its coverage in small samples and near 0 or 1."""
        from scipy.stats import binomtest

        if not self.total:
            return (0.0, 1.0)
        bounds = binomtest(self.right, self.total).proportion_ci(method="wilson")
        return (float(bounds.low), float(bounds.high))

    def to_json(self) -> dict[str, Any]:
        """Counts, share and interval, as plain values."""
        low, high = self.interval
        return {"right": self.right, "total": self.total, "value": self.value, "low": low, "high": high}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Proportion:
        """The reverse of `to_json`."""
        return cls(values["right"], values["total"])

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.1%} ({low:.1%} to {high:.1%})"


@dataclass(frozen=True)
class Accuracy:
    """How often the first answer is right, and how often one of the first three is."""

    top1: Proportion
    top3: Proportion

    @classmethod
    def of(cls, ranks: Iterable[int | None]) -> Accuracy:
        """From the rank (1 is best) of the right answer in each list of answers; None: not in it."""
        ranks = list(ranks)
        return cls(*(Proportion.of([r is not None and r <= k for r in ranks]) for k in (1, 3)))

    def to_json(self) -> dict[str, Any]:
        """Both proportions, as plain values."""
        return {"top1": self.top1.to_json(), "top3": self.top3.to_json()}


def normalise(answer: str) -> str:
    """An answer without what does not make it another one: case, punctuation at word ends, white space."""
    return " ".join(re.sub(r"[^\w\s'/+-]", " ", answer.casefold()).split())


def rank(candidates: Sequence[str], answers: Sequence[str]) -> int | None:
    """The position (from 1) of the first distinct candidate that is one of the right `answers`."""
    right = {normalise(answer) for answer in answers}
    distinct = dict.fromkeys(normalise(candidate) for candidate in candidates)
    return next((position for position, text in enumerate(distinct, start=1) if text in right), None)
