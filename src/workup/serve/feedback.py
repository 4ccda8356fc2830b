"""What became of an answer, taken into the learning loop's quarantine and written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from workup.data.rows import BadRow, Row
from workup.learning.intake import take_in_rows
from workup.learning.submission import submission
from workup.serve.audit.chain import Entry, append
from workup.serve.problems import unfit
from workup.serve.store.database import alone
from workup.serve.store.tables import Event

SOURCE = "the service"
Outcome = Literal["quarantined", "known", "barred"]
# Any number that no other program takes for its advisory lock in the same database.
_LOCK = 0x696E74616B65


@dataclass(frozen=True)
class Received:
    """What became of a row.

    Attributes:
        outcome: it waits for review; is a copy of a known case with the same diagnosis; or is a copy of a
            text that must never be trained on.
        item: its number in quarantine.
        suspicions: kinds of reasons to look at it twice.
    """

    outcome: Outcome
    item: int | None
    suspicions: tuple[str, ...]


def hold(session: Session) -> None:
    """Let nobody else take feedback in until this transaction ends: each row is compared with all before it.

    To be called before anything is written in the audit, or two transactions could wait for each other.
    """
    alone(session, _LOCK)


def take_in(
    session: Session, values: Mapping[str, Any], *, event: Event, sender: str, request: str
) -> Received:
    """Take one row about an answer into quarantine, in the caller's transaction.

    Others that do the same wait until that ends: each row is compared with all that were taken in before.

    Args:
        values: as `learning.submission.Line` describes them.
        event: the audit's record of the answer.
        sender: who says it: they can never review it.

    Raises:
        Problem: 422, the row cannot be used; with the field, and why.
    """
    row = Row(values, f"{SOURCE}: event {event.id}")
    found = submission(row)
    if isinstance(found, BadRow):
        raise unfit(found.field, found.reason)
    hold(session)
    taken = take_in_rows(session, [row], SOURCE, sender)
    item = taken.items[0] if taken.items else None
    received = Received(
        outcome="quarantined" if item else "barred" if taken.barred else "known",
        item=item.id if item else None,
        suspicions=tuple(sorted(taken.suspicions())),
    )
    details = {"event": event.id, "kind": found.kind, "outcome": received.outcome, "item": received.item}
    append(session, Entry("feedback", sender, request, event.version, event.checksum, details))
    return received
