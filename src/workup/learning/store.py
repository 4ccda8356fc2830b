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
        from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
        from sqlalchemy.orm import Session
    except ImportError:
        raise DataError(_missing("SQLAlchemy and Alembic")) from None
    try:
        url = _url(database)
        _require_file(url, create)
        engine = _engine(url)
    except (ArgumentError, NoSuchModuleError):
        raise DataError(
            f"{database!r} names no database: give the path of an SQLite file, or postgresql://USER@HOST/NAME"
        ) from None
    except ModuleNotFoundError as error:
        raise DataError(_missing(f"a driver for this database ({error.name})")) from None
    try:
        _migrate(engine, url)
        with Session(engine) as session:
            yield session
            session.commit()
    except DBAPIError as error:
        shown = url.render_as_string(hide_password=True)
        reason = str(error.orig).strip().partition("\n")[0]
        raise DataError(f"the database {shown} cannot be used: {reason}; nothing was changed") from error
    finally:
        engine.dispose()


def _missing(what: str) -> str:
    return f"workup learn needs {what}: pip install 'workup[learning]'"


def _url(database: str) -> URL:
    from sqlalchemy import URL, make_url

    if "://" not in database:
        return URL.create("sqlite", database=database)
    return make_url(_POSTGRESQL.sub("postgresql+psycopg", database))


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


def _migrate(engine: Engine, url: URL) -> None:
    """Bring the tables up to date, in one transaction.

    Raises:
        DataError: they are newer than this Workup knows.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            shown = url.render_as_string(hide_password=True)
            raise DataError(
                f"the tables of {shown} are not those of this Workup ({error}); where a newer one made them, "
                "update this one"
            ) from None
