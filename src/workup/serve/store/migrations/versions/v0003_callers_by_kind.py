"""Callers are told apart by how they came: cards were given to clients by their issuer alone."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Name the clients of cards as the callers that they are (`security.roles.Caller`)."""
    op.execute("UPDATE cards SET issuer = 'cds:' || issuer")
