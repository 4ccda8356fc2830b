"""A database by its address, SQLite in a file or PostgreSQL, and its tables brought up to date.

The learning loop and the service keep their tables in the same one; each has migrations of its own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from workup.errors import DataError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.exc import DBAPIError

DEFAULT = "workup.db"
BUSY = 30.0  # seconds that SQLite waits for another process to finish writing
UNKNOWN = "the database is neither the path of an SQLite file nor postgresql://USER@HOST/NAME"
_POSTGRESQL = re.compile(r"^postgres(ql)?(?=://)")
# Any number that no other program takes for its advisory lock in the same database.
_MIGRATING = 0x776F726B7570


def url_of(database: str) -> URL:
    """The path of an SQLite file, or a URL as SQLAlchemy writes it, as the URL of a driver we have.

    Raises:
        DataError: it names another kind of database.
        sqlalchemy.exc.ArgumentError: it is no URL.
    """
    from sqlalchemy import URL, make_url

    if "://" not in database:
        return URL.create("sqlite", database=database)
    url = make_url(_POSTGRESQL.sub("postgresql+psycopg", database))
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise DataError(UNKNOWN)
    return url


def require_file(url: URL, create: bool, remedy: str) -> None:
    """Refuse an SQLite file that cannot be there; `remedy` says what makes one.

    Raises:
        DataError: it is a folder, stands in none, or is not there and must not be made.
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    path = Path(url.database)
    if path.is_dir():
        raise DataError(f"{path} is a folder; name the file of a database")
    if not path.parent.is_dir():
        raise DataError(f"the database {path} cannot be made: there is no folder {path.parent}")
    if not create and not path.is_file():
        raise DataError(f"there is no database {path} yet; {remedy}")


def engine_of(url: URL) -> Engine:
    """Connections to it, whose errors do not tell the values of a row. Nothing is connected yet.

    Raises:
        ModuleNotFoundError: its driver is not installed.
    """
    from sqlalchemy import create_engine

    if url.get_backend_name() == "sqlite":
        return create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY})
    return create_engine(url, hide_parameters=True)


def migrate(engine: Engine, folder: Path, version_table: str = "alembic_version") -> None:
    """Bring the tables up to date: in one transaction, and by one process where several start at once.

    Raises:
        alembic.util.CommandError: a newer Workup made them.
        sqlalchemy.exc.DBAPIError: the database refuses.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": version_table})
        if context.get_current_revision() == ScriptDirectory.from_config(config).get_current_head():
            return
    with engine.begin() as connection:
        _alone(connection)
        config.attributes["configured"] = {"connection": connection, "version_table": version_table}
        command.upgrade(config, "head")


def _alone(connection: Connection) -> None:
    """Wait until no other process is migrating. In SQLite the tables are also made all or none by this."""
    from sqlalchemy import text

    if connection.dialect.name == "sqlite":
        connection.execute(text("BEGIN IMMEDIATE"))  # Python's driver begins none before CREATE TABLE
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})


def keep(connection: Connection, table: str) -> None:
    """Have the database itself refuse every change of a table that is only added to.

    Migrations that have been released call this: it must go on doing exactly what it does.
    """
    from sqlalchemy import text

    if connection.dialect.name == "postgresql":
        statements = [
            f"CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} are only added to'; END $$",
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION keep_{table}()",
        ]
    else:
        statements = [
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are only added to'); END"
            for change in ("UPDATE", "DELETE")
        ]
    for statement in statements:
        connection.execute(text(statement))


def keep_in_place(connection: Connection, table: str, *unique: tuple[str, ...]) -> None:
    """Have SQLite refuse to put a row in the place of one that is there, as `INSERT OR REPLACE` does.

    That removes a row without a trigger of DELETE. To PostgreSQL it is an update, which `keep` has refused.
    Migrations that have been released call this: it must go on doing exactly what it does.

    Args:
        unique: the columns of each constraint by which a row would take the place of another.
    """
    from sqlalchemy import text

    if connection.dialect.name != "sqlite":
        return
    same = " OR ".join("(" + " AND ".join(f"{name} = NEW.{name}" for name in names) + ")" for names in unique)
    connection.execute(
        text(
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} are only added to'); END"
        )
    )


def unusable(url: URL, error: DBAPIError) -> str:
    """What the database said when it refused, without its password, and what is in it now."""
    reason = str(error.orig).strip().partition("\n")[0]
    return f"{_refusal(url, reason)}; nothing unfinished was kept"


def unknown_tables(url: URL, error: Exception) -> str:
    """That its tables are not those of this Workup."""
    return (
        f"the tables of {shown(url)} are not those of this Workup ({error}); where a newer one made them, "
        "update this one"
    )


def shown(url: URL) -> str:
    """The URL without its password."""
    return url.render_as_string(hide_password=True)


def _refusal(url: URL, reason: str) -> str:
    told = f"the database {shown(url)} cannot be used: {reason}"
    full = "disk is full" in reason or "No space left" in reason
    return f"{told}; free some space, and do the same again" if full else told
