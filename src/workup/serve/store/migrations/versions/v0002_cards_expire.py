"""Cards of CDS Hooks end: those that are there already, as long after this as new ones do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEPT = timedelta(days=30)


def upgrade() -> None:
    """Add when each card ends."""
    moment = sa.DateTime(timezone=True)
    op.add_column("cards", sa.Column("expires", moment))
    cards = sa.table("cards", sa.column("expires", moment))
    op.execute(cards.update().values(expires=datetime.now(UTC) + _KEPT))
    with op.batch_alter_table("cards") as table:
        table.alter_column("expires", existing_type=moment, nullable=False)
        table.create_index("ix_cards_expires", ["expires"])
