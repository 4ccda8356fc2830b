"""The measurements of a search: nothing is measured twice, and no more than the budget allows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workup.isolate.setting import Measure, Setting

# No change at all.
GOOD: frozenset[str] = frozenset()

# How far below the worst number a crash counts, in ranges of all numbers seen.
_CRASH = 2.0


class BudgetSpent(Exception):
    """No measurement is left; caught by the search, which then says "inconclusive"."""


@dataclass
class Trials:
    """Every measurement so far, in the order in which it was made; at most `most` of them."""

    names: Sequence[str]
    measure: Measure
    most: int
    taken: dict[Setting, float] = field(default_factory=dict)

    def run(self, settings: Iterable[Setting]) -> None:
        """Measure those of the settings that are not known yet, as one batch.

        Raises BudgetSpent, having measured as many as it could, where the budget does not allow them all.
        """
        new = [setting for setting in dict.fromkeys(settings) if setting not in self.taken]
        affordable = new[: max(0, self.most - len(self.taken))]
        if affordable:
            values = self.measure(affordable)
            for setting, value in zip(affordable, values, strict=True):
                self.taken[setting] = -math.inf if math.isnan(value) else float(value)
        if len(affordable) < len(new):
            raise BudgetSpent

    def values(self, changed: frozenset[str]) -> dict[int, float]:
        """The value of a set of changes at every seed at which it was measured; crashes made finite."""
        floor = self._floor()
        return {s.seed: max(v, floor) for s, v in self._first().items() if s.changed == changed}

    def table(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Values (N), changes (N, names) as 0 and 1, and seeds (N); repeats are left out."""
        first = self._first()
        floor = self._floor()
        changes = np.array([[name in s.changed for name in self.names] for s in first], dtype=float)
        seeds = np.array([s.seed for s in first], dtype=np.int64)
        return np.array([max(v, floor) for v in first.values()]), changes, seeds

    def _first(self) -> dict[Setting, float]:
        return {setting: value for setting, value in self.taken.items() if not setting.repeat}

    def _floor(self) -> float:
        """What a crash counts: below the worst number by twice the range of all numbers, or by 1."""
        finite = [value for value in self.taken.values() if math.isfinite(value)]
        if not finite:
            return 0.0
        return min(finite) - (_CRASH * (max(finite) - min(finite)) or 1.0)
