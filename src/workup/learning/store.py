"""Opens the store of the learning loop: SQLite in a file by default, PostgreSQL by its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workup.errors import DataError
from workup.learning import database as databases
from workup.learning.database import DEFAULT

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

_MIGRATIONS = Path(__file__).parent / "migrations"
_REMEDY = "workup learn intake FILE makes it"


@contextmanager
def opened(database: str = DEFAULT, create: bool = False) -> Iterator[Session]:
    """A session on the store, its tables up to date; what the block adds is kept where it ends well.

    Args:
        database: the path of an SQLite file, or the URL of a database as SQLAlchemy writes it.
        create: whether an SQLite file may be made where there is none.

    Raises:
        DataError: SQLAlchemy or a driver is not installed, there is no such database, it cannot be opened
            or written, or a newer Workup made it.
    """
    try:
        from alembic.util import CommandError
        from sqlalchemy.exc import ArgumentError, DBAPIError
        from sqlalchemy.orm import Session
    except ImportError:
        raise DataError(_missing("SQLAlchemy and Alembic")) from None
    try:
        url = databases.url_of(database)
        databases.require_file(url, create, _REMEDY)
        engine = databases.engine_of(url)
    except ArgumentError:
        raise DataError(databases.UNKNOWN) from None
    except ModuleNotFoundError as error:
        raise DataError(_missing(error.name)) from None
    try:
        migrate(engine)
        with Session(engine) as session:
            yield session
            session.commit()
    except DBAPIError as error:
        raise DataError(databases.unusable(url, error)) from error
    except CommandError as error:
        raise DataError(databases.unknown_tables(url, error)) from None
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    """Bring the tables of the learning loop up to date."""
    databases.migrate(engine, _MIGRATIONS)


def _missing(what: str | None) -> str:
    return f"workup learn needs {what}: pip install 'workup[learning]'"
