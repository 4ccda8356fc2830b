"""What the learning loop keeps back, for the registry's gate, which knows no learning store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workup.learning.database import DEFAULT
from workup.learning.store import opened

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def reserved_in(database: str) -> frozenset[str] | None:
    """`reserved_now` of a store; None: it is the default one, and nobody has begun it.

    Raises:
        DataError: another one is named and cannot be opened.
    """
    if database == DEFAULT and not Path(database).is_file():
        return None
    with opened(database) as session:
        return reserved_now(session)


def reserved_now(session: Session) -> frozenset[str]:
    """The fingerprints of what must not be learned from, as it is now.

    Of every validation, test and canary text of the store; and of every case that two reviewers agreed on
    and that is a copy or near-copy of one of them, or of a validation case of the case book.
    """
    from sqlalchemy import select

    from workup.learning.references import RESERVED
    from workup.learning.release import standings
    from workup.learning.tables import Reference

    kept = session.scalars(select(Reference.fingerprint).where(Reference.role.in_(RESERVED)))
    barred = (item.fingerprint for item, stands in standings(session) if stands.state == "barred")
    return frozenset((*kept, *barred))
