"""The tables of the store. What is written once is never changed: flags and decisions are only added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import DateTime, ForeignKey, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

# A new case, or what was said of a model's answer.
Kind = Literal["case", "accepted", "corrected", "rejected"]
Role = Literal["training", "validation", "test", "canary"]
Suspicion = Literal["conflict", "near copy", "against the case book", "burst", "doubt"]
Verdict = Literal["accept", "reject"]


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """On the way into the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """On the way out of it."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of the tables; literals are short strings."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        Kind: String(20),
        Role: String(20),
        Suspicion: String(30),
        Verdict: String(20),
    }


class Intake(Base):
    """One reading of one file: who sent it, when it was read, and what became of its rows."""

    __tablename__ = "intakes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    file: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(Text)
    quarantined: Mapped[int]
    copies: Mapped[int]
    barred: Mapped[int]
    dropped: Mapped[int]


class Item(Base):
    """One case in quarantine, without identifiers; its state follows from its decisions (`standing`).

    Attributes:
        place: file and line that it was read from.
        received: when it was sent, as the sender says; else when it was read.
        fingerprint: of its text (`copies.fingerprint`).
        digest: of its text and its diagnosis: one of each is kept.
        diagnosis: the label that the sender gives; None for an answer that was only rejected.
        specialty: of the diagnosis, or else of the answer; None where neither is known.
        answer, confidence, model: what a model had said, how sure it was (0 to 1), and which model.
        reason: why the answer was rejected or corrected.
    """

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intakes.id"), index=True)
    place: Mapped[str] = mapped_column(Text)
    received: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[Kind]
    text: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    diagnosis: Mapped[str | None] = mapped_column(Text)
    specialty: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float | None]
    model: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)

    intake: Mapped[Intake] = relationship(lazy="joined", innerjoin=True)
    flags: Mapped[list[Flag]] = relationship(lazy="selectin", order_by="Flag.id")
    decisions: Mapped[list[Decision]] = relationship(lazy="selectin", order_by="Decision.id")

    @property
    def sender(self) -> str:
        """Who sent it."""
        return self.intake.sender


class Flag(Base):
    """A reason to look twice at an item, in words."""

    __tablename__ = "flags"
    __table_args__ = (UniqueConstraint("item_id", "kind", "detail"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    kind: Mapped[Suspicion]
    detail: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Decision(Base):
    """What one reviewer decided on one item: who, when, why.

    Attributes:
        diagnosis: what the case is; None where it is rejected.
        seen: the last of the item's flags when the decision was made; 0: there was none.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    reviewer: Mapped[str] = mapped_column(Text)
    verdict: Mapped[Verdict]
    diagnosis: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    seen: Mapped[int]


class Reference(Base):
    """A text of a set that incoming cases are compared with: its form and never the text."""

    __tablename__ = "reference_texts"
    __table_args__ = (UniqueConstraint("role", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[Role]
    place: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    diagnosis: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
