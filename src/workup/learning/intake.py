"""Takes cases and feedback into quarantine, each with the reasons to look at it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, not_, select
from sqlalchemy.orm import lazyload

from workup.clinic.safety import doubts, read
from workup.data.rows import BadRow, Row, refuse, separate
from workup.data.sources import require_rows, stream
from workup.errors import DataError
from workup.learning.bursts import Count, bursts
from workup.learning.copies import Copy, Known, Texts
from workup.learning.references import reserved, training
from workup.learning.retrieval import FAR_DOWN, retrieval
from workup.learning.submission import Submission, submission
from workup.learning.tables import Flag, Intake, Item, Suspicion
from workup.registry.fingerprints import form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_BURST = timedelta(days=1)
Watch = Callable[[int, int], None]


@dataclass
class Taken:
    """What became of the rows of a file.

    Attributes:
        items: the new ones, in quarantine.
        copies, barred: (place of the row, what it is a copy of): of a known case with the same diagnosis; of
            a text that must never be trained on.
        dropped: rows that could not be used.
    """

    items: list[Item] = field(default_factory=list)
    copies: list[tuple[str, Copy]] = field(default_factory=list)
    barred: list[tuple[str, Copy]] = field(default_factory=list)
    dropped: Sequence[BadRow] = ()

    def suspicions(self) -> Counter[str]:
        """New items by the kind of their flags; one item may have several."""
        return Counter(kind for item in self.items for kind in {flag.kind for flag in item.flags})

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "quarantined": [item.id for item in self.items],
            "suspicions": dict(self.suspicions()),
            "copies": [{"place": place, "of": str(copy)} for place, copy in self.copies],
            "barred": [{"place": place, "of": str(copy)} for place, copy in self.barred],
            "dropped": [str(row) for row in self.dropped],
        }


@dataclass(frozen=True)
class _Link:
    """An item and a known text that is a copy of it with another diagnosis."""

    item: Item
    copy: Copy


def take_in(
    session: Session, source: str, sender: str, skip_bad: int = 0, watch: Watch = lambda done, total: None
) -> Taken:
    """Read a source and put what is new into quarantine: all of it or, on an error, nothing.

    Args:
        sender: who sent it: a hospital, a department, a service. Nobody reviews cases of their own.
        watch: is told how many rows are done, and of how many.

    Raises:
        DataError: no such source, no rows, no sender, or more rows than `skip_bad` that cannot be used.
    """
    _require_sender(sender)
    return take_in_rows(session, stream(source), source, sender, skip_bad, watch)


def take_in_rows(
    session: Session,
    records: Iterable[Row | BadRow],
    source: str,
    sender: str,
    skip_bad: int = 0,
    watch: Watch = lambda done, total: None,
) -> Taken:
    """The same with rows from anywhere, as `submission.Line` describes them; `source` says where from.

    Raises:
        DataError: see `take_in`.
    """
    sender = _require_sender(sender)
    submissions, dropped = _read(records, source, watch)
    refuse(dropped, skip_bad)
    now = datetime.now(UTC)
    record = Intake(at=now, file=Path(source).name, sender=sender, dropped=len(dropped))
    taken = Taken(dropped=dropped)
    links = _sort(session, submissions, record, taken)
    record.quarantined, record.copies, record.barred = (
        len(taken.items), len(taken.copies), len(taken.barred)
    )  # fmt: skip
    session.add(record)
    session.add_all(taken.items)
    session.flush()
    session.add_all(_flags(taken.items, links, now))
    session.flush()
    session.add_all(_burst_flags(session, now))
    session.flush()
    session.expire_all()
    return taken


def _require_sender(sender: str) -> str:
    named = " ".join(sender.split())
    if not named:
        raise DataError("say who sent the cases: --from NAME")
    return named


def _read(
    records: Iterable[Row | BadRow], source: str, watch: Watch
) -> tuple[list[Submission], list[BadRow]]:
    rows, bad = separate(records)
    if not bad:
        require_rows(rows, source)
    found: list[Submission] = []
    for number, row in enumerate(rows, start=1):
        one = submission(row)
        if isinstance(one, BadRow):
            bad.append(one)
        else:
            found.append(one)
        watch(number, len(rows))
    return found, bad


def _sort(session: Session, submissions: Sequence[Submission], record: Intake, taken: Taken) -> list[_Link]:
    """Fill `taken` with items, copies and barred ones; returns the conflicting copies of the items."""
    never, known = reserved(session), _known(session)
    links: list[_Link] = []
    for one in submissions:
        shape, diagnosis = form(one.text), one.diagnosis.name if one.diagnosis else None
        if barred := never.copies(shape):
            taken.barred.append((one.place, barred[0]))
            continue
        copies = known.copies(shape)
        same = next((copy for copy in copies if copy.known.diagnosis == diagnosis), None)
        if same is not None:
            taken.copies.append((one.place, same))
            continue
        item = _item(one, shape, record)
        taken.items.append(item)
        known.add(Known(shape, diagnosis, "", item))
        links += (_Link(item, copy) for copy in copies)
    return links


def _known(session: Session) -> Texts:
    """Everything that is trained on or waits for it."""
    stored = session.scalars(select(Item).options(lazyload("*")))
    items = (Known(form(item.text), item.diagnosis, f"item {item.id}", item) for item in stored)
    return training(session, items)


def _item(one: Submission, shape: str, record: Intake) -> Item:
    diagnosis = one.diagnosis.name if one.diagnosis else None
    return Item(
        intake=record,
        place=one.place,
        received=one.received or record.at,
        kind=one.kind,
        text=one.text,
        fingerprint=sha256(shape.encode()).hexdigest(),
        digest=sha256(f"{shape}\n{diagnosis or ''}".encode()).hexdigest(),
        diagnosis=diagnosis,
        specialty=one.specialty,
        answer=one.answer.name if one.answer else None,
        confidence=one.confidence,
        model=one.model,
        reason=one.reason,
    )


def _flags(items: Sequence[Item], links: Sequence[_Link], now: datetime) -> list[Flag]:
    """Why to look twice at these items, and at those that they contradict."""

    def flag(item: Item, kind: Suspicion, detail: str) -> Flag:
        return Flag(item_id=item.id, kind=kind, detail=detail, at=now)

    found = [flag(item, "doubt", str(doubt)) for item in items for doubt in doubts(read(item.text))]
    named = [(item, item.diagnosis) for item in items if item.diagnosis]
    ranks = retrieval().ranks([item.text for item, _ in named], [diagnosis for _, diagnosis in named])
    for (item, diagnosis), rank in zip(named, ranks, strict=True):
        if rank > FAR_DOWN:
            first = ", ".join(retrieval().ranked(item.text)[:3])
            detail = f"for these findings the case book puts {diagnosis} in place {rank}, after {first}"
            found.append(flag(item, "against the case book", detail))
    for link in links:
        known, similarity = link.copy.known, link.copy.similarity
        kind: Suspicion = "conflict" if similarity == 1 else "near copy"
        found.append(flag(link.item, kind, _other(link.copy, known.item, known.diagnosis)))
        if known.item is not None:
            found.append(flag(known.item, kind, _other(link.copy, link.item, link.item.diagnosis)))
    return found


def _other(copy: Copy, item: Item | None, diagnosis: str | None) -> str:
    where = f"item {item.id}" if item is not None else copy.known.place
    return f"{copy.how} of {where}, which is {diagnosis or 'without a diagnosis'}"


def _burst_flags(session: Session, now: datetime) -> list[Flag]:
    recent = Intake.at >= now - _BURST
    found = []
    for burst in bursts(_counts(session, recent), _counts(session, not_(recent))):
        unflagged = select(Item.id).join(Item.intake).where(
            recent,
            Intake.sender == burst.sender,
            Item.diagnosis == burst.diagnosis,
            ~Item.flags.any(Flag.kind == "burst"),
        )  # fmt: skip
        for item in session.scalars(unflagged):
            found.append(Flag(item_id=item, kind="burst", detail=str(burst), at=now))
    return found


def _counts(session: Session, when: ColumnElement[bool]) -> list[Count]:
    counted = (
        select(Intake.sender, Item.diagnosis, func.count())
        .join(Item.intake)
        .where(when, Item.diagnosis.is_not(None))
        .group_by(Intake.sender, Item.diagnosis)
    )
    return [
        Count(sender, diagnosis, cases)
        for sender, diagnosis, cases in session.execute(counted)
        if diagnosis is not None
    ]
