"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workup.learning.database import keep

revision = "0001"
down_revision: str | None = None

_APPEND_ONLY = ("flags", "decisions")


def upgrade() -> None:
    """Make the tables, and have the database itself refuse changes of what is only added to."""
    _intakes()
    _items()
    _judgements()
    _references()
    for table in _APPEND_ONLY:
        keep(op.get_bind(), table)


def _intakes() -> None:
    op.create_table(
        "intakes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("quarantined", sa.Integer, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("barred", sa.Integer, nullable=False),
        sa.Column("dropped", sa.Integer, nullable=False),
    )


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("intake_id", sa.Integer, sa.ForeignKey("intakes.id"), nullable=False, index=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("diagnosis", sa.Text),
        sa.Column("specialty", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("confidence", sa.Double),
        sa.Column("model", sa.Text),
        sa.Column("reason", sa.Text),
    )


def _judgements() -> None:
    op.create_table(
        "flags",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("items.id"), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("item_id", "kind", "detail"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("items.id"), nullable=False, index=True),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("diagnosis", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
    )


def _references() -> None:
    op.create_table(
        "reference_texts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("diagnosis", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("role", "fingerprint"),
    )
