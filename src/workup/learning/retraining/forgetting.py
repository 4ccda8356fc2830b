"""What a model that learned something new still knows of what the one before it knew."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workup.evaluation.paired import Effect, Right, effect


@dataclass(frozen=True)
class Forgetting:
    """The same cases answered before and after.

    Attributes:
        before, after: the shares that are right, 0 to 1; after, the mean of the trainings.
        lost: of the cases that were right before, the share that no longer is; gained: of the others, the
            share that is now. Some of both is to be had by training again, without anything new.
        effect: after minus before, with its interval. It holds for the one model before.
    """

    before: float
    after: float
    lost: float
    gained: float
    effect: Effect

    @classmethod
    def of(cls, before: Right, after: Right, groups: tuple[str, ...] | None = None) -> Forgetting:
        """Of N cases: (N,) before, and (S, N) after in S trainings.

        Raises:
            DataError: fewer than two cases.
        """
        known, unknown = after[:, before], after[:, ~before]
        return cls(
            before=float(before.mean()),
            after=float(after.mean()),
            lost=float(1 - known.mean()) if known.size else 0.0,
            gained=float(unknown.mean()) if unknown.size else 0.0,
            effect=effect(np.tile(before, (len(after), 1)), after, groups),
        )

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return asdict(self)
