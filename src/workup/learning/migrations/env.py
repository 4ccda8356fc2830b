"""Alembic runs this file to bring a database up to date; `store` gives it the connection."""

from __future__ import annotations

from alembic import context

from workup.learning.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
