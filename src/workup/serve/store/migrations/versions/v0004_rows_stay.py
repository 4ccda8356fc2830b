"""SQLite refuses to put a row in the place of another where rows are only added."""

from __future__ import annotations

from alembic import op

from workup.learning.database import keep_in_place

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the triggers."""
    keep_in_place(op.get_bind(), "events", ("id",), ("previous",), ("hash",))
    keep_in_place(op.get_bind(), "switches", ("id",))
