"""Where an item stands, from everything that was decided on it and flagged since.

Two different reviewers must agree on the same diagnosis, or on rejecting it, and be more than all who say
otherwise. A decision counts only while it is its reviewer's last, and while no flag was raised after it: who
decided before the suspicion has to look again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from workup.learning.tables import Decision, Item

State = Literal["waiting", "reviewed once", "disagreed", "agreed", "rejected", "contradicted", "barred"]
STATES: tuple[State, ...] = get_args(State)
# What another decision can move on.
OPEN: tuple[State, ...] = ("waiting", "reviewed once", "disagreed", "contradicted")
_AGREEING = 2


@dataclass(frozen=True)
class Standing:
    """The state of an item.

    Attributes:
        diagnosis: what was agreed; None in every other state.
        counted: the decisions that count.
        why: of a contradicted or barred item.
    """

    state: State
    diagnosis: str | None
    counted: tuple[Decision, ...]
    why: str = ""


def standing(item: Item) -> Standing:
    """The state of one item by its own decisions; `release` compares it with the others."""
    counted = counting(item)
    views = Counter(decision.diagnosis for decision in counted)
    if not views:
        return Standing("waiting", None, counted)
    (view, votes), against = views.most_common(1)[0], len(views) > 1
    if votes >= _AGREEING and votes > len(counted) - votes:
        return Standing("rejected" if view is None else "agreed", view, counted)
    return Standing("disagreed" if against else "reviewed once", None, counted)


def counting(item: Item) -> tuple[Decision, ...]:
    """The last decision of each reviewer, where the item was not flagged after it."""
    latest = {same(decision.reviewer): decision for decision in item.decisions}
    newest = max((flag.id for flag in item.flags), default=0)
    return tuple(decision for decision in latest.values() if decision.seen >= newest)


def same(name: str) -> str:
    """A person's name without what does not make it another's: case and white space."""
    return " ".join(name.casefold().split())
