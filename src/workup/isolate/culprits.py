"""Which differences an explanation accuses, and what must hold if it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workup.isolate.explanations import Explanation
from workup.isolate.linear import Floats

# A term that makes less than this share of the whole difference is not accused: it would not be worth mending
# first.
_WORTH_NAMING = 0.25


@dataclass(frozen=True)
class Culprits:
    """Accused differences, and how they act: alone, only together, any of them by itself, or by their sum."""

    names: frozenset[str]
    how: Literal["alone", "together", "any", "sum"]

    def enough(self) -> list[frozenset[str]]:
        """Sets of changes that must make the whole difference."""
        return [frozenset([name]) for name in sorted(self.names)] if self.how == "any" else [self.names]

    def act(self, changes: Floats, names: Sequence[str]) -> Floats:
        """Which share of the difference they make at each setting; (M, names) -> (M)."""
        columns = changes[:, [names.index(name) for name in sorted(self.names)]]
        shares: dict[str, Floats] = {"any": columns.max(axis=1), "sum": columns.mean(axis=1)}
        least: Floats = columns.min(axis=1)
        return shares.get(self.how, least)


def accused(explanation: Explanation, names: Sequence[str]) -> Culprits | None:
    """The differences whose terms make the metric worse, by enough to be named; None where there are none."""
    whole = sum(explanation.effects)
    pairs = zip(explanation.terms, explanation.effects, strict=True)
    guilty = [term for term, effect in pairs if effect <= _WORTH_NAMING * whole < 0]
    members = frozenset(names[place] for term in guilty for place in term.members)
    if not guilty:
        return None
    if len(guilty) > 1:
        return Culprits(members, "sum")
    if len(members) == 1:
        return Culprits(members, "alone")
    return Culprits(members, "any" if guilty[0].when == "any" else "together")
