"""Alembic runs this file to bring a database up to date; `database.migrate` gives it the connection."""

from __future__ import annotations

from alembic import context

from workup.serve.store.tables import Base

context.configure(**context.config.attributes["configured"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
