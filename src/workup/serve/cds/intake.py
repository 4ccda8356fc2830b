"""Cards that were given, and the way of what is said of them to the audit and to the learning loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from workup.data.rows import Row
from workup.learning.intake import take_in_rows
from workup.serve.audit.chain import Entry, append
from workup.serve.cds.cards import REASONS, Card
from workup.serve.cds.feedback import as_row
from workup.serve.cds.requests import CLOCKS, Feedback
from workup.serve.feedback import hold
from workup.serve.problems import Fault, Problem, unfit
from workup.serve.store.database import Database
from workup.serve.store.tables import Card as StoredCard
from workup.serve.store.tables import Event

_OTHER = "other"  # a reason of the client's own


def keep(database: Database, cards: Sequence[Card], event: int, issuer: str, days: int) -> None:
    """Remember cards for so many days, so that feedback finds the answer that they told.

    Cards whose time is over are forgotten with it.

    Args:
        event: the record of the audit of that answer.
        issuer: the client that was given them.
    """
    expires = datetime.now(UTC) + timedelta(days=days)
    with database.session() as session:
        _forget(session)
        session.add_all(
            StoredCard(
                uuid=card.uuid, event=event, issuer=issuer, offered=dict(card.offered), expires=expires
            )
            for card in cards
        )


def take_in(database: Database, said: Sequence[Feedback], issuer: str, request: str) -> int:
    """Write feedback down, all of it or nothing; returns how many cases now wait for review.

    What the learning loop cannot use (a case that tells its own answer, say) is counted there as dropped:
    a client could not mend it.

    Raises:
        Problem: 404, cards that this client was not given, or too long ago; 422, a suggestion that the card
            does not have, or a time before the card.
    """
    with database.session() as session:
        hold(session)
        _forget(session)
        rows = list(_rows(session, said, _cards(session, said, issuer), request))
        if not rows:
            return 0
        return len(take_in_rows(session, rows, "CDS Hooks feedback", issuer, skip_bad=len(rows)).items)


def _forget(session: Session) -> None:
    session.execute(delete(StoredCard).where(StoredCard.expires < datetime.now(UTC)))


def _cards(session: Session, said: Sequence[Feedback], issuer: str) -> list[StoredCard]:
    """The card that each feedback is on; they have to be the client's own."""
    found = [session.get(StoredCard, str(one.card)) for one in said]
    own = [card for card in found if card is not None and card.issuer == issuer]
    if len(own) < len(said):
        told = "is no card that this client was given, or was given too long ago"
        faults = [
            Fault(field=f"feedback.{number}.card", detail=told)
            for number, card in enumerate(found)
            if card not in own
        ]
        raise Problem(404, "nothing was taken: leave out the cards that `errors` names", faults)
    return own


def _rows(
    session: Session, said: Sequence[Feedback], cards: Sequence[StoredCard], request: str
) -> Iterator[Row]:
    """What the learning loop is told; the audit is told on the way."""
    for number, (one, card) in enumerate(zip(said, cards, strict=True)):
        answered = session.get_one(Event, card.event)
        if one.outcomeTimestamp < datetime.fromisoformat(answered.at) - CLOCKS:
            told = "is before the card was given; check the clock of the client"
            raise unfit(f"feedback.{number}.outcomeTimestamp", told)
        try:
            row = as_row(one, card, answered, f"request {request}, feedback {number + 1}")
        except KeyError:
            told = "is no suggestion of this card"
            raise unfit(f"feedback.{number}.acceptedSuggestions", told) from None
        append(session, _entry(one, answered, card.issuer, request))
        if row is not None:
            yield row


def _entry(one: Feedback, answered: Event, issuer: str, request: str) -> Entry:
    """Without what is free text, and identifies people: the learning loop has that without identifiers."""
    reason = one.overrideReason.reason if one.overrideReason else None
    return Entry(
        action="card feedback",
        caller=issuer,
        request=request,
        version=answered.version,
        checksum=answered.checksum,
        details={
            "card": str(one.card),
            "event": answered.id,
            "outcome": one.outcome,
            "accepted": [str(suggestion.id) for suggestion in one.acceptedSuggestions],
            "reason": (reason.code if reason.code in REASONS else _OTHER) if reason else None,
            "when": one.outcomeTimestamp.isoformat(),
        },
    )
