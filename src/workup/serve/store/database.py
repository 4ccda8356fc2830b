"""The database of the service: many short sessions at once; gone and back, it is found without a restart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from workup.errors import DataError
from workup.serve.errors import ServeError, Unavailable, missing

try:
    from alembic.util import CommandError
    from sqlalchemy import URL, Connection, Engine, create_engine, event, text
    from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, IntegrityError
    from sqlalchemy.exc import TimeoutError as PoolTimeout
    from sqlalchemy.orm import Session
except ImportError:
    raise missing("SQLAlchemy and Alembic") from None

from workup.learning import database as databases
from workup.learning import store

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "serve_version"
# Seconds: for a connection to be made, and for a server that has gone silent.
_PATIENCE = 5
_REMEDY = "workup serve makes it"


class Database:
    """Connections to the one database of the service and the learning loop; one of these a process.

    Attributes:
        refused: when a write was last refused; None: one was kept since, or none was refused.
    """

    def __init__(self, url: URL, engine: Engine) -> None:
        self.url, self.engine = url, engine
        self.refused: datetime | None = None
        # SQLite lets one write at a time and others poll; within a process they queue here instead.
        self._turn = Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, database: str, create: bool = True) -> Database:
        """Connect, and bring all tables up to date.

        Args:
            database: the path of an SQLite file, or the URL of a database as SQLAlchemy writes it.
            create: whether an SQLite file may be made where there is none.

        Raises:
            ServeError: as of `named` and `migrate`.
        """
        found = cls.named(database)
        found.migrate(create)
        return found

    @classmethod
    def named(cls, database: str) -> Database:
        """The same without connecting: it may be away now, and is found when it is there.

        Raises:
            ServeError: a driver is not installed, or there can be no such database.
        """
        try:
            url = databases.url_of(database)
            sqlite = url.get_backend_name() == "sqlite"
            if sqlite and not url.database:
                raise ServeError("the service needs a database that stays: name the file of one")
            return cls(url, _sqlite(url) if sqlite else _postgresql(url))
        except ArgumentError:
            raise ServeError(databases.UNKNOWN) from None
        except ModuleNotFoundError as error:
            raise missing(error.name) from None
        except DataError as error:
            raise ServeError(str(error)) from None

    def migrate(self, create: bool = False) -> None:
        """Bring all tables up to date; `create`: an SQLite file may be made where there is none.

        Raises:
            Unavailable: it does not answer, or refuses.
            ServeError: there is no such file, or a newer Workup made its tables.
        """
        try:
            databases.require_file(self.url, create, _REMEDY)
        except DataError as error:
            raise ServeError(str(error)) from None
        migrating = databases.engine_of(self.url)
        try:
            store.migrate(migrating)
            databases.migrate(migrating, MIGRATIONS, VERSION_TABLE)
        except DBAPIError as error:
            raise Unavailable(databases.unusable(self.url, error)) from error
        except CommandError as error:
            raise ServeError(databases.unknown_tables(self.url, error)) from None
        finally:
            migrating.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that may write; what it adds is kept where the block ends well. Keep the block short.

        In SQLite it is alone from its beginning, so that what it reads is still so when it writes.

        Raises:
            Unavailable: the database does not answer, or cannot be written: nothing of the block was kept.
        """
        with self._told(writing=True), self._alone(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()
            self.refused = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that waits for no other and cannot write: the database refuses.

        Raises:
            Unavailable: the database does not answer.
        """
        engine = self.engine.execution_options(postgresql_readonly=True, sqlite_readonly=True)
        with self._told(), Session(engine, expire_on_commit=False) as session:
            yield session

    def alive(self) -> bool:
        """Whether it answers, with our tables in it."""
        try:
            with self.reading() as session:
                session.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        except Unavailable:
            return False
        return True

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _told(self, writing: bool = False) -> Iterator[None]:
        """What the database says when it refuses, as our error; that a row is there already is no such."""
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            if writing:
                self.refused = datetime.now(UTC)
            raise Unavailable(databases.unusable(self.url, error)) from error
        except PoolTimeout:
            raise Unavailable(f"every connection to {databases.shown(self.url)} is in use") from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=databases.BUSY):
            raise Unavailable(f"{databases.shown(self.url)} is being written for {databases.BUSY:.0f} s")
        try:
            yield
        finally:
            self._turn.release()


def alone(session: Session, key: int) -> None:
    """Wait until no other transaction is alone under the same number; this one is, until it ends.

    An SQLite session that writes is alone anyway, from its beginning (`Database.session`).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _postgresql(url: URL) -> Engine:
    """Connections that are tried before they are used, so that a server that was away is found again."""
    given = {"connect_timeout": _PATIENCE, "tcp_user_timeout": 1000 * _PATIENCE}
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=_PATIENCE,
        isolation_level="READ COMMITTED",  # what the audit reads under its lock must be the newest
        connect_args=given,
        hide_parameters=True,
    )


def _sqlite(url: URL) -> Engine:
    """Connections to a file that is there: never to one that was removed since, or that connecting makes."""
    path = Path(str(url.database)).resolve()

    def connect() -> sqlite3.Connection:
        # None: we begin transactions ourselves. Python's driver begins them late, and reads outside of them.
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            timeout=databases.BUSY,
            isolation_level=None,
            check_same_thread=False,
        )
        # Readers do not wait for a writer, nor it for them. The file remembers it.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    # The log must not have what an error would quote: values of a row.
    engine = create_engine(url, creator=connect, pool_timeout=databases.BUSY, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def remember(connection: Any, record: Any) -> None:
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def still_there(connection: Any, record: Any, proxy: Any) -> None:
        if record.info["file"] != _identity(path):
            raise DisconnectionError(f"{path} is another file now")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = bool(connection.get_execution_options().get("sqlite_readonly"))
        connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands under a name; None: none does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
