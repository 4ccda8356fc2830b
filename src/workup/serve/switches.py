"""Switches: answers of one specialty, or all of them, are turned off at once, and on again.

Whatever is turned off, red flags and the statement of intended use are still given (`withheld`). Nothing is
changed or removed: the newest row of a scope holds, and every process reads it with its next answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workup.clinic.assess.assessment import Assessment
from workup.clinic.book import specialties
from workup.clinic.deidentify import deidentify
from workup.errors import nearest
from workup.serve.audit.chain import Entry, append
from workup.serve.errors import ServeError
from workup.serve.names import named
from workup.serve.store.tables import Switch

ALL = "all"


def set(session: Session, scope: str, off: bool, by: str, why: str, request: str) -> Switch:
    """Turn answers off or on, and write that down in the audit.

    Args:
        scope: "all", or a specialty by its name or that of its line.
        by: who does it, and in which `request`.
        why: it is told in place of each answer, so it loses its identifiers before it is kept.

    Raises:
        ServeError: there is no such specialty, or no reason is given.
    """
    if not why.strip():
        raise ServeError("say why: whoever finds the switch has to know")
    told = deidentify(why.strip()).text
    switch = Switch(scope=checked(scope), off=off, by=by, why=told, at=datetime.now(UTC))
    session.add(switch)
    details = {"scope": switch.scope, "off": off, "why": switch.why}
    append(session, Entry("switch", by, request, details=details))
    return switch


def is_off(session: Session, scope: str) -> bool:
    """Whether a scope itself is turned off.

    Raises:
        ServeError: there is no such specialty.
    """
    return checked(scope) in off(session)


def off(session: Session) -> dict[str, Switch]:
    """The switches that are off, by their scope."""
    return {switch.scope: switch for switch in newest(session) if switch.off}


def newest(session: Session) -> list[Switch]:
    """The switch that holds of each scope that ever had one, by scope."""
    ids = select(func.max(Switch.id)).group_by(Switch.scope)
    return [*session.scalars(select(Switch).where(Switch.id.in_(ids)).order_by(Switch.scope))]


def checked(scope: str) -> str:
    """A scope as it is kept: "all", or the specialty's own name.

    Raises:
        ServeError: there is no such specialty.
    """
    found = ALL if scope.strip().casefold() == ALL else named(scope)
    if found is None:
        names = [ALL, *(one.specialty for one in specialties())]
        raise ServeError(f"there is no specialty {scope!r}; {nearest(scope, names)}")
    return found


def turned(session: Session) -> int:
    """The number of the switch that was turned last; 0: none ever was."""
    return session.scalar(select(func.max(Switch.id))) or 0


def stops_request(switches: Mapping[str, Switch], specialty: str | None) -> str | None:
    """Why a case of a specialty, None: of any, is not put to a model; None: it is."""
    return _told(switches, [] if specialty is None else [checked(specialty)])


def stops_answer(switches: Mapping[str, Switch], answer: Assessment) -> str | None:
    """Why an answer is held back; None: it is given.

    It is held back where its first condition, or any of its conformal set, is of a specialty that is off.
    """
    said = (*answer.differential[:1], *answer.set)
    return _told(switches, [one.specialty for one in said if one.specialty])


def _told(switches: Mapping[str, Switch], scopes: Iterable[str]) -> str | None:
    for scope in (ALL, *scopes):
        if scope in switches:
            whose = "all answers are" if scope == ALL else f"answers in {scope} are"
            return f"{whose} turned off since {switches[scope].at:%Y-%m-%d %H:%M} UTC: {switches[scope].why}"
    return None
