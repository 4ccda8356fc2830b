"""How well inputs of another kind are told from the usual ones, by any number that is higher for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workup.errors import DataError
from workup.evaluation.estimate import Estimate, Floats
from workup.evaluation.metrics import Proportion

_Z = 1.959963984540054  # of a two-sided interval of 95 %


@dataclass(frozen=True)
class Detection:
    """How well out-of-scope inputs are told from in-scope ones.

    Attributes:
        auroc: the chance that an out-of-scope input is stranger than an in-scope one; 0.5 is guessing.
        detected, false_alarms: alarms among out-of-scope and among in-scope inputs, at `alpha`.
    """

    auroc: Estimate
    detected: Proportion
    false_alarms: Proportion
    alpha: float

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "auroc": self.auroc.to_json(),
            "detected": self.detected.to_json(),
            "false_alarms": self.false_alarms.to_json(),
            "alpha": self.alpha,
        }


def detection(inside: Floats, outside: Floats, alpha: float = 0.05) -> Detection:
    """Detection from the p-values of in-scope and of out-of-scope inputs, none of them calibration cases.

    An alarm is a p-value of at most alpha. With fewer than 1/alpha - 1 calibration cases there is none.

    Raises:
        DataError: inputs of one kind are missing.
    """
    return Detection(
        auroc=auroc(-inside, -outside),
        detected=_alarms(outside, alpha),
        false_alarms=_alarms(inside, alpha),
        alpha=alpha,
    )


def auroc(inside: Floats, outside: Floats) -> Estimate:
    """How often an outside score is higher than an inside one, ties counting half, with its interval.

    The interval is method 5 of Newcombe 2006 (Statistics in Medicine 25:559): all values from which the
    measured one is less than 1.96 of their own standard errors away, with the variance of Hanley and McNeil
    1982. It keeps its width where the measured value is 1, which a bootstrap does not.

    Raises:
        DataError: scores of one kind are missing.
    """
    from scipy.optimize import brentq
    from scipy.stats import rankdata

    few, many = len(outside), len(inside)
    if not few or not many:
        raise DataError(f"{many} inputs in scope and {few} out of it: there have to be some of both")
    ranks = rankdata(np.concatenate([outside, inside]))[:few]
    value = float((ranks.sum() - few * (few + 1) / 2) / (few * many))

    def beyond(true: float) -> float:
        """Above 0 where the measured value is out of reach of this true one."""
        half = (few + many) / 2 - 1
        spread = 1 + half * (1 - true) / (2 - true) + half * true / (1 + true)
        return abs(value - true) - _Z * float(np.sqrt(true * (1 - true) * spread / (few * many)))

    within = min(max(value, 1e-9), 1 - 1e-9)
    low = brentq(beyond, 0.0, within) if value > 0 else 0.0
    high = brentq(beyond, within, 1.0) if value < 1 else 1.0
    return Estimate(value, float(low), float(high))


def _alarms(p_values: Floats, alpha: float) -> Proportion:
    return Proportion.of(p_values <= alpha)
