"""What a clinician asked lately, from the audit: nothing else keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workup.clinic.assess.terminal import percent
from workup.serve.audit.record import ASSESS, answer_to
from workup.serve.security.sessions import LIFETIME
from workup.serve.store.tables import Event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workup.serve.security.roles import Caller

_MOST = 12


@dataclass(frozen=True)
class Asked:
    """An answer that was given.

    Attributes:
        event: its number in the audit.
        given: the case, without identifiers.
        answer: as the audit has it (`audit.record.summary`).
    """

    event: int
    at: datetime
    given: str
    version: str
    answer: Mapping[str, Any]

    @property
    def told(self) -> str:
        """The answer in short."""
        if self.answer["diagnosis"]:
            return f"{self.answer['diagnosis']}, {percent(self.answer['probability'])}"
        return "Does not know" if self.answer["abstained"] == "unsure" else "No diagnosis"


def latest(session: Session, caller: Caller) -> Sequence[Asked]:
    """The newest answers that the caller got within the length of a session, newest first."""
    since = (datetime.now(UTC) - LIFETIME).isoformat(timespec="microseconds")
    query = select(Event).where(Event.caller == caller.name, Event.action == ASSESS, Event.at >= since)
    return [_asked(event) for event in session.scalars(query.order_by(Event.id.desc()).limit(_MOST))]


def asked(session: Session, caller: Caller, number: int) -> Asked:
    """One answer that the caller got.

    Raises:
        Problem: 404, see `audit.record.answer_to`.
    """
    return _asked(answer_to(session, caller, number))


def _asked(event: Event) -> Asked:
    details = event.told
    given = details["given"]
    text = given if isinstance(given, str) else " ".join(given.values())
    return Asked(event.id, datetime.fromisoformat(event.at), text, event.version, details["answer"])
