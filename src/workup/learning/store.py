"""Opens the database of the learning loop: SQLite in a file by default, PostgreSQL by its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workup.errors import DataError

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine
    from sqlalchemy.orm import Session

DEFAULT = "learning.db"
_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY = 30.0  # seconds that SQLite waits for another process to finish writing
_UNKNOWN = "the database is neither the path of an SQLite file nor postgresql://USER@HOST/NAME"
_POSTGRESQL = re.compile(r"^postgres(ql)?(?=://)")


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
        url = _url(database)
        _require_file(url, create)
        engine = _engine(url)
    except ArgumentError:
        raise DataError(_UNKNOWN) from None
    except ModuleNotFoundError as error:
        raise DataError(_missing(error.name)) from None
    shown = url.render_as_string(hide_password=True)
    try:
        _migrate(engine)
        with Session(engine) as session:
            yield session
            session.commit()
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise DataError(
            f"the database {shown} cannot be used: {reason}; nothing unfinished was kept"
        ) from error
    except CommandError as error:
        raise DataError(
            f"the tables of {shown} are not those of this Workup ({error}); where a newer one made them, "
            "update this one"
        ) from None
    finally:
        engine.dispose()


def _missing(what: str | None) -> str:
    return f"workup learn needs {what}: pip install 'workup[learning]'"


def _url(database: str) -> URL:
    from sqlalchemy import URL, make_url

    if "://" not in database:
        return URL.create("sqlite", database=database)
    url = make_url(_POSTGRESQL.sub("postgresql+psycopg", database))
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise DataError(_UNKNOWN)
    return url


def _require_file(url: URL, create: bool) -> None:
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    path = Path(url.database)
    if path.is_dir():
        raise DataError(f"{path} is a folder; name the file of a database")
    if not path.parent.is_dir():
        raise DataError(f"the database {path} cannot be made: there is no folder {path.parent}")
    if not create and not path.is_file():
        raise DataError(f"there is no database {path} yet; workup learn intake FILE makes it")


def _engine(url: URL) -> Engine:
    from sqlalchemy import create_engine

    if url.get_backend_name() == "sqlite":
        return create_engine(url, connect_args={"timeout": _BUSY})
    return create_engine(url)


def _migrate(engine: Engine) -> None:
    """Bring the tables up to date, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
