"""How good the best of many really is: chosen on one half of the cases, judged on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workup.errors import DataError

_SPLITS = 400


@dataclass(frozen=True)
class Selection:
    """The setting that is best on all cases, and what choosing the best is worth.

    Attributes:
        winner: its number; of equals the first.
        apparent: its gain over setting 0 on the cases it was chosen by, -1 to 1. It is too high: of many
            equal settings one is always the luckiest.
        honest: the gain of whatever is best on one half of the cases, measured on the other half, as the
            mean of many random halves. Half of the cases choose a little worse than all, so it errs on the
            low side.
        chosen: in which share of the halves each setting was the best.
    """

    winner: int
    apparent: float
    honest: float
    chosen: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return asdict(self)


def select(right: NDArray[np.bool_], groups: Sequence[str] | None = None) -> Selection:
    """The best of C settings by its share of right answers, and its gain over setting 0.

    Repeated half-splits are Monte Carlo cross-validation of the choice (Picard & Cook 1984); that the
    score which chose a model must not be its estimate: Cawley & Talbot 2010 (JMLR 11:2079).

    Args:
        right: (C, S, N) for C settings, S seeds and N cases.
        groups: (N,) cases of one group stay on one side of every split.

    Raises:
        DataError: fewer than four cases or groups.
    """
    score = right.mean(axis=1)  # (C, N)
    names = groups if groups is not None else range(score.shape[1])
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    if len(numbers) < 4:
        raise DataError(f"{len(numbers)} cases are too few to choose by; test on more rows")
    member = np.array([numbers[name] for name in names])
    random = np.random.default_rng(0)
    gains, chosen = [], np.zeros(len(score))
    for _ in range(_SPLITS):
        half = random.permutation(len(numbers)) < len(numbers) // 2
        choosing = half[member]
        best = int(score[:, choosing].mean(axis=1).argmax())
        chosen[best] += 1
        judged = score[:, ~choosing].mean(axis=1)
        gains.append(judged[best] - judged[0])
    overall = score.mean(axis=1)
    winner = int(overall.argmax())
    return Selection(
        winner=winner,
        apparent=float(overall[winner] - overall[0]),
        honest=float(np.mean(gains)),
        chosen=tuple(float(share) for share in chosen / _SPLITS),
    )
