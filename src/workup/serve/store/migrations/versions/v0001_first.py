"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workup.learning.database import keep

revision = "0001"
down_revision: str | None = None

_APPEND_ONLY = ("events", "switches")


def upgrade() -> None:
    """Make the tables, and have the database itself refuse changes of what is only added to."""
    _callers()
    _events()
    _requests()
    _switches()
    for table in _APPEND_ONLY:
        keep(op.get_bind(), table)


def _callers() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False, unique=True),
        sa.Column("hash", sa.Text, nullable=False),
        _moment("created"),
        sa.Column("revoked", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "web_sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key_id", sa.Integer, sa.ForeignKey("api_keys.id"), nullable=False, index=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        _moment("created"),
        _moment("expires", index=True),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False, index=True),
        sa.Column("action", sa.Text, nullable=False, index=True),
        sa.Column("caller", sa.Text, nullable=False, index=True),
        sa.Column("request", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("checksum", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False, unique=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    )


def _requests() -> None:
    op.create_table(
        "idempotent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("body", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.Text),
        _moment("at", index=True),
        sa.UniqueConstraint("key", "caller", "route"),
    )
    op.create_table(
        "cards",
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("event", sa.Integer, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("offered", sa.JSON, nullable=False),
    )
    op.create_table(
        "used_tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("jti", sa.Text, nullable=False),
        _moment("expires", index=True),
        sa.UniqueConstraint("issuer", "jti"),
    )


def _switches() -> None:
    op.create_table(
        "switches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("scope", sa.Text, nullable=False, index=True),
        sa.Column("off", sa.Boolean, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        _moment("at"),
    )


def _moment(name: str, index: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, index=index)
