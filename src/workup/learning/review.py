"""Decisions on items: each is kept for good, with who made it, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workup.clinic.deidentify import deidentify
from workup.errors import DataError
from workup.learning.labels import label
from workup.learning.release import standings
from workup.learning.standing import OPEN, counting, same
from workup.learning.tables import Decision, Item, Verdict

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def item_of(session: Session, number: int) -> Item:
    """An item by its number.

    Raises:
        DataError: there is none; with the numbers there are.
    """
    last = session.scalar(select(func.max(Item.id))) or 0
    item = session.get(Item, number) if 1 <= number <= last else None
    if item is None:
        there = f"the items are numbered up to {last}" if last else "nothing has been taken in yet"
        raise DataError(f"there is no item {number}; {there}")
    return item


def decide(
    session: Session, item: Item, reviewer: str, verdict: Verdict, why: str, diagnosis: str | None = None
) -> Decision:
    """Accept an item as what its sender says or, with a `diagnosis`, as that; or reject it.

    A reviewer may change a decision: the earlier one stays in the record and no longer counts.

    Raises:
        DataError: reviewer or reason is missing, the reviewer sent the item or has decided the same before,
            the case book does not know the diagnosis, or there is none to accept.
    """
    reviewer, why = " ".join(reviewer.split()), why.strip()
    if not reviewer:
        raise DataError("say who decides: --as NAME")
    if not why:
        raise DataError("say why, for those who read the record later: --why REASON")
    if same(reviewer) == same(item.sender):
        raise DataError(f"{item.sender} sent item {item.id}, and nobody reviews cases of their own")
    chosen = _diagnosis(item, verdict, diagnosis)
    mine = next((d for d in counting(item) if same(d.reviewer) == same(reviewer)), None)
    if mine is not None and mine.diagnosis == chosen:
        raise DataError(
            f"{reviewer} has decided so on item {item.id} already, on {mine.at:%Y-%m-%d}; "
            "the second decision must be another reviewer's"
        )
    decision = Decision(
        item_id=item.id,
        reviewer=reviewer,
        verdict=verdict,
        diagnosis=chosen,
        why=deidentify(why).text,
        at=datetime.now(UTC),
        seen=max((flag.id for flag in item.flags), default=0),
    )
    item.decisions.append(decision)
    session.flush()
    return decision


def _diagnosis(item: Item, verdict: Verdict, diagnosis: str | None) -> str | None:
    if verdict == "reject":
        if diagnosis is not None:
            raise DataError("either reject the item, or say what it is; not both")
        return None
    if diagnosis is not None:
        return label(diagnosis).name
    if item.diagnosis is None:
        raise DataError(
            f"item {item.id} is a rejected answer without a diagnosis: "
            "say what it is, --diagnosis NAME, or reject it"
        )
    return item.diagnosis


def queue(session: Session, reviewer: str | None = None) -> Sequence[Item]:
    """What waits for a decision, or for one of this reviewer: first what one more decision may settle.

    Within that, suspected items first, then the oldest.
    """
    opened = [
        (stands.state, item)
        for item, stands in standings(session)
        if stands.state in OPEN and (reviewer is None or may_decide(item, reviewer))
    ]
    opened.sort(key=lambda pair: (pair[0] == "waiting", not pair[1].flags, pair[1].id))
    return [item for _, item in opened]


def may_decide(item: Item, reviewer: str) -> bool:
    """Whether a decision of this reviewer is wanted: not the sender's, and not the same again."""
    decided = {same(decision.reviewer) for decision in counting(item)}
    return same(reviewer) not in {same(item.sender), *decided}
