"""Two versions on the validation cases that both were tested on, specialty by specialty.

Pairs are the same case in the same form; the two forms of one case are not independent, so a case counts
once (`evaluation.paired`). Many specialties are looked at, so p-values are corrected for that (Holm 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workup.evaluation.metrics import Proportion
from workup.evaluation.paired import ERROR_RATE, Effect, effect, holm
from workup.registry.evidence import Case, Evidence

ALL = "all cases"
# One case alone has no interval.
_FEWEST = 2

Pair = tuple[Case, Case]


@dataclass(frozen=True)
class Row:
    """One specialty, or all cases: A, B, and how much more often B is right.

    Attributes:
        cases: how many different cases, each in one form or two; a, b: of these forms, those right.
        effect: B minus A, of -1 to 1. `p`: its p-value, corrected for all rows.
    """

    name: str
    cases: int
    a: Proportion
    b: Proportion
    effect: Effect
    p: float

    @property
    def worse(self) -> bool:
        """Whether B is worse, and chance does not explain it."""
        return self.effect.difference < 0 and self.p < ERROR_RATE

    @property
    def better(self) -> bool:
        """Whether B is better, and chance does not explain it."""
        return self.effect.difference > 0 and self.p < ERROR_RATE

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        inner = {"a": self.a.to_json(), "b": self.b.to_json(), "effect": self.effect.to_json()}
        return {"name": self.name, "cases": self.cases, **inner, "p": self.p}


@dataclass(frozen=True)
class Comparison:
    """All cases first, then specialties in their order; and what could not be compared.

    Attributes:
        rows: empty where the two share fewer than two cases.
        only_a, only_b: how many cases only one of them was tested on.
        left_out: specialties in which the two share fewer than two cases.
    """

    rows: tuple[Row, ...]
    only_a: int
    only_b: int
    left_out: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        rows = [row.to_json() for row in self.rows]
        return {"rows": rows, "only_a": self.only_a, "only_b": self.only_b, "left_out": list(self.left_out)}


def compare(a: Evidence, b: Evidence) -> Comparison:
    """How much more often B's likeliest condition is right than A's, on the cases of both."""
    theirs = {_key(case): case for case in b.cases}
    pairs = [(case, theirs[_key(case)]) for case in a.cases if _key(case) in theirs]
    ids_a, ids_b = {case.id for case in a.cases}, {case.id for case in b.cases}
    both = {mine.id for mine, _ in pairs}
    names = dict.fromkeys(mine.specialty for mine, _ in pairs if mine.specialty is not None)
    parts = {ALL: pairs, **{name: [pair for pair in pairs if pair[0].specialty == name] for name in names}}
    enough = {name: part for name, part in parts.items() if _independent(part) >= _FEWEST}
    effects = {name: _effect(part) for name, part in enough.items()}
    corrected = holm([one.p for one in effects.values()])
    tested = dict.fromkeys(case.specialty for case in a.cases if case.specialty is not None)
    return Comparison(
        rows=tuple(
            Row(
                name,
                _independent(part),
                _right([mine for mine, _ in part]),
                _right([other for _, other in part]),
                effects[name],
                p,
            )
            for (name, part), p in zip(enough.items(), corrected, strict=True)
        ),
        only_a=len(ids_a - both),
        only_b=len(ids_b - both),
        left_out=tuple(name for name in tested if name not in enough),
    )


def _key(case: Case) -> tuple[str, str, str]:
    """What makes two results ones of the same case: also what was held to be right."""
    return case.id, case.form, case.expected


def _independent(pairs: Sequence[Pair]) -> int:
    return len({mine.id for mine, _ in pairs})


def _effect(pairs: Sequence[Pair]) -> Effect:
    before, after = (np.array([[pair[side].right for pair in pairs]]) for side in (0, 1))
    return effect(before, after, groups=[mine.id for mine, _ in pairs])


def _right(cases: Sequence[Case]) -> Proportion:
    return Proportion.of([case.right for case in cases])
