"""An empty store on each kind of database, and cases to put into it."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from workup.learning.store import opened

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_DEBIAN = Path("/usr/lib/postgresql")


def _program(name: str) -> Path | None:
    """A program of PostgreSQL: on the path, or where Debian's packages put it."""
    found = shutil.which(name)
    places = [Path(found)] if found else sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    return places[0] if places else None


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; Debian's package makes an account for it."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam("postgres")
    return {"user": owner.pw_uid, "group": owner.pw_gid}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server in a folder of its own; gives the URL of a new database by its name."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    try:
        account = _account()
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no account 'postgres'")
    folder = Path(tempfile.mkdtemp(prefix="workup-postgresql-"))
    if account:
        os.chown(folder, account["user"], account["group"])
    run: dict[str, Any] = {"check": True, "cwd": folder, "stdout": subprocess.DEVNULL, **account}
    data = folder / "data"
    subprocess.run([initdb, "-D", data, "-U", "workup", "-A", "trust", "--no-sync"], **run)
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"
    subprocess.run([control, "-D", data, "-o", options, "-l", folder / "log", "-w", "start"], **run)
    try:
        yield lambda name: _new_database(folder, name)
    finally:
        subprocess.run([control, "-D", data, "-m", "immediate", "stop"], **run)
        shutil.rmtree(folder)


def _new_database(folder: Path, name: str) -> str:
    import psycopg

    with psycopg.connect(host=str(folder), user="workup", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return f"postgresql://workup@/{name}?host={folder}"


_numbers = iter(range(10**6))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new, empty store can be opened: a test with it runs on both kinds of database."""
    if request.param == "sqlite":
        return str(tmp_path / "learning.db")
    new: Callable[[str], str] = request.getfixturevalue("postgresql")
    return new(f"test_{next(_numbers)}")


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """A session on a new store."""
    with opened(database, create=True) as session:
        yield session


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Session]:
    """A session on a new SQLite store, where the kind of database does not matter."""
    with opened(str(tmp_path / "quick.db"), create=True) as session:
        yield session


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes rows, or lines as they are, to a jsonl file and gives its path."""

    def written(*rows: dict[str, Any] | str, name: str = "cases.jsonl") -> str:
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(path)

    return written
