"""A number that was measured on cases, with the interval that other cases could have given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

RESAMPLES = 1000
INTERVAL = (0.025, 0.975)  # the middle 95 %


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """As plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def bootstrap(statistic: Callable[[Indices], float], cases: int) -> Estimate:
    """The statistic of all cases, and the middle 95 % of it over cases drawn again (Efron 1979).

    Args:
        statistic: a number from the indices of cases, which may repeat.
    """
    random = np.random.default_rng(0)
    again = [statistic(random.integers(0, cases, cases)) for _ in range(RESAMPLES)]
    low, high = np.quantile(again, INTERVAL)
    return Estimate(float(statistic(np.arange(cases))), float(low), float(high))
