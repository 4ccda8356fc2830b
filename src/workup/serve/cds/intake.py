"""Cards that were given, and the way of what is said of them to the audit and to the learning loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from workup.data.rows import Row
from workup.learning.intake import take_in_rows
from workup.serve.audit.chain import Entry, append
from workup.serve.cds.cards import Card
from workup.serve.cds.feedback import as_row
from workup.serve.cds.requests import Feedback
from workup.serve.problems import unfit
from workup.serve.store.database import Database
from workup.serve.store.tables import Card as StoredCard
from workup.serve.store.tables import Event


def keep(database: Database, cards: Sequence[Card], event: int, issuer: str) -> None:
    """Remember cards, so that feedback finds the answer that they told.

    Args:
        event: the record of the audit of that answer.
        issuer: the client that was given them.
    """
    with database.session() as session:
        session.add_all(
            StoredCard(uuid=card.uuid, event=event, issuer=issuer, offered=dict(card.offered))
            for card in cards
        )


def take_in(database: Database, said: Sequence[Feedback], issuer: str, request: str) -> int:
    """Write feedback down, all of it or nothing; returns how many cases now wait for review.

    What the learning loop cannot use (a case that tells its own answer, say) is counted there as dropped:
    a client could not mend it.

    Raises:
        Problem: 422, a card that this client was not given, or a suggestion that the card does not have.
    """
    with database.session() as session:
        rows = list(_rows(session, said, issuer, request))
        if not rows:
            return 0
        return len(take_in_rows(session, rows, "CDS Hooks feedback", issuer, skip_bad=len(rows)).items)


def _rows(session: Session, said: Sequence[Feedback], issuer: str, request: str) -> Iterator[Row]:
    """What the learning loop is told; the audit is told on the way."""
    for number, one in enumerate(said):
        card = session.get(StoredCard, str(one.card))
        if card is None or card.issuer != issuer:
            raise unfit(f"feedback.{number}.card", "is no card that this client was given")
        answered = session.get_one(Event, card.event)
        try:
            row = as_row(one, card, answered, f"request {request}, feedback {number + 1}")
        except KeyError:
            told = "is no suggestion of this card"
            raise unfit(f"feedback.{number}.acceptedSuggestions", told) from None
        append(session, _entry(one, answered, issuer, request))
        if row is not None:
            yield row


def _entry(one: Feedback, answered: Event, issuer: str, request: str) -> Entry:
    """Without the comment: it is free text, and the learning loop has it without identifiers."""
    given = one.overrideReason
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
            "reason": given.reason.code if given and given.reason else None,
            "when": one.outcomeTimestamp.isoformat(),
        },
    )
