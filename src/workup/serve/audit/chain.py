"""The audit: events that are only added, each bound to the one before it by a hash.

    hash = SHA-256(hash of the event before + the event as canonical JSON), in hexadecimal

so a change to any event, its removal, or one put in between shows at that place. What a chain cannot show by
itself is that its end was cut off or all of it written anew by somebody who turned the database's own refusal
off: for that, a head that was noted elsewhere is compared (`verify`, `known`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workup.serve.store.database import alone
from workup.serve.store.tables import Event

# What the first event follows.
START = "0" * 64
# Any number that no other program takes for its advisory lock in the same database.
_LOCK = 0x776B6175646974
_AT_ONCE = 500


@dataclass(frozen=True)
class Entry:
    """What is to be written down.

    Attributes:
        action: what was done, in a word or two: assess, feedback, key created.
        caller: who did it; `request`: the id of their request, or what they used instead.
        version, checksum: the model that answered; empty where none did.
        details: plain values, without anything that identifies a patient.
    """

    action: str
    caller: str
    request: str
    version: str = ""
    checksum: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verification:
    """What came of reading the whole chain.

    Attributes:
        events: how many follow from each other, from the first one on.
        head: the hash of the last of them. Noted elsewhere, it proves later that nothing before was changed.
        broken: the first place that does not follow, and why; None: there is none.
    """

    events: int
    head: str
    broken: str | None


def append(session: Session, entry: Entry) -> Event:
    """Write an event down as the next one, in the caller's transaction: it holds where that one does.

    Other processes that append wait until this transaction ends, so it should end soon.
    """
    (event,) = extend(session, [entry])
    return event


def extend(session: Session, entries: Iterable[Entry]) -> list[Event]:
    """Write several down, one after the other; see `append`."""
    hold(session)
    last = session.execute(select(Event.id, Event.hash).order_by(Event.id.desc()).limit(1)).first()
    before, head = (last.id, last.hash) if last else (0, START)
    events: list[Event] = []
    for number, entry in enumerate(entries, before + 1):
        events.append(_event(entry, number, head))
        head = events[-1].hash
    session.add_all(events)
    session.flush()
    return events


def verify(session: Session, known: str | None = None) -> Verification:
    """Follow the chain from its first event to its last.

    Args:
        known: a head that was noted at an earlier verification: it has to be in the chain still.
    """
    count, head, seen = 0, START, known is None
    query = select(Event).order_by(Event.id).execution_options(yield_per=_AT_ONCE)
    with closing(session.scalars(query)) as events:
        for event in events:
            if broken := _broken(event, count, head):
                return Verification(count, head, broken)
            count, head = event.id, event.hash
            seen = seen or head == known
            session.expunge(event)
    lost = f"the head {known} that was noted is not in the chain: its end was cut off, or it was written anew"
    return Verification(count, head, None if seen else lost)


def newest(session: Session, count: int, **only: str | None) -> Sequence[Event]:
    """The newest events, newest first.

    Args:
        only: values of columns that they must have, such as action="assess"; None: any.
    """
    wanted = {name: value for name, value in only.items() if value is not None}
    return session.scalars(select(Event).filter_by(**wanted).order_by(Event.id.desc()).limit(count)).all()


def hold(session: Session) -> None:
    """Let no other transaction append until this one ends."""
    alone(session, _LOCK)


def _event(entry: Entry, number: int, previous: str) -> Event:
    event = Event(
        id=number,
        at=datetime.now(UTC).isoformat(timespec="microseconds"),
        action=entry.action,
        caller=entry.caller,
        request=entry.request,
        version=entry.version,
        checksum=entry.checksum,
        details=canonical(entry.details),
        previous=previous,
    )
    event.hash = _hash(event)
    return event


def canonical(value: Any) -> str:
    """JSON that is the same for the same values: keys sorted, no spaces, ASCII only.

    Raises:
        ValueError: a number in it is infinite or none.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _hash(event: Event) -> str:
    names = ("id", "at", "action", "caller", "request", "version", "checksum", "details")
    written = canonical({name: getattr(event, name) for name in names})
    return hashlib.sha256(f"{event.previous}{written}".encode()).hexdigest()


def _broken(event: Event, before: int, head: str) -> str | None:
    """Why an event is not the one that was written after the `before`-th, whose hash is `head`."""
    if event.id != before + 1:
        return f"event {before + 1} is missing: event {event.id} stands in its place"
    try:
        intact = _hash(event) == event.hash
    except TypeError:  # SQLite keeps bytes in a column of text if somebody puts them there
        intact = False
    if not intact:
        return f"event {event.id} was changed after it was written"
    if event.previous != head:
        after = f"event {before}" if before else "the beginning"
        return f"event {event.id} does not follow from {after}: what stands there was written anew"
    return None
