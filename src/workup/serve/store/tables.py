"""The tables of the service, beside those of the learning loop in the same database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from workup.learning.tables import Moment


class Base(DeclarativeBase):
    """Base of the tables; text is of any length unless it says otherwise."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment(), str: Text(), dict[str, str]: JSON()}


class ApiKey(Base):
    """A key by which a program is known; the key itself is not kept.

    Attributes:
        name: of the program or person who has it. Two keys that hold have different names.
        roles: separated by commas.
        prefix: the part of the key that may be shown, and by which it is found.
        hash: argon2id of the rest.
        revoked: since when it does not hold any more; None: it holds.
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    roles: Mapped[str]
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    hash: Mapped[str]
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]


class WebSession(Base):
    """Somebody who gave their key to the page: they are who the key says, for as long as it holds.

    Attributes:
        hash: SHA-256 of the token in their cookie.
    """

    __tablename__ = "web_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[datetime]
    expires: Mapped[datetime] = mapped_column(index=True)

    key: Mapped[ApiKey] = relationship(lazy="joined", innerjoin=True)


class Event(Base):
    """One line of the audit: only added, each bound to the one before it by its hash (`audit.chain`).

    Attributes:
        id: from 1, without gaps.
        at: when, ISO 8601 in UTC to the microsecond: as text, because these very letters are in the hash.
        action: what was done, such as assess.
        caller: who; `request`: the id of their request.
        version, checksum: which model answered; empty where none did.
        details: the rest, as canonical JSON.
        previous: the hash of the event before it.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32), index=True)
    action: Mapped[str] = mapped_column(index=True)
    caller: Mapped[str] = mapped_column(index=True)
    request: Mapped[str] = mapped_column(index=True)
    version: Mapped[str]
    checksum: Mapped[str]
    details: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def told(self) -> dict[str, Any]:
        """The details, as values."""
        values: dict[str, Any] = json.loads(self.details)
        return values


class Idempotent(Base):
    """The answer to a request that its caller may send again: it is given again, and nothing is done twice.

    Attributes:
        key: what the caller calls the request; `body`: SHA-256 of what they sent with it.
        status, answer: what they were told, as an HTTP status and text; None while the first one runs.
    """

    __tablename__ = "idempotent"
    __table_args__ = (UniqueConstraint("key", "caller", "route"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    caller: Mapped[str]
    route: Mapped[str]
    body: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


class Card(Base):
    """A CDS Hooks card that was given out, for as long as feedback on it is taken.

    Attributes:
        event: the id of the audit's event of the answer that it tells.
        issuer: the client that it was given to, as a caller, which alone may say what became of it.
        offered: the condition of each suggestion, by the suggestion's uuid.
    """

    __tablename__ = "cards"

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    event: Mapped[int]
    issuer: Mapped[str]
    offered: Mapped[dict[str, str]]
    expires: Mapped[datetime] = mapped_column(index=True)


class UsedToken(Base):
    """A signed token that was used once and is refused from then on; kept until it expires."""

    __tablename__ = "used_tokens"
    __table_args__ = (UniqueConstraint("issuer", "jti"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    jti: Mapped[str]
    expires: Mapped[datetime] = mapped_column(index=True)


class Switch(Base):
    """Answers were turned off, or on again: the newest one of a scope holds.

    Attributes:
        scope: all, or a specialty.
        by, why, at: who did it, why, and when.
    """

    __tablename__ = "switches"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(index=True)
    off: Mapped[bool]
    by: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
