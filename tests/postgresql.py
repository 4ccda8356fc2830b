"""A PostgreSQL server of the tests' own, and new databases on either kind."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

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


class Server:
    """A PostgreSQL server in a folder of its own, which can be stopped and started again."""

    def __init__(self, folder: Path, control: Path, run: dict[str, Any]) -> None:
        self.folder, self._control, self._run = folder, control, run
        self._numbers = iter(range(10**6))

    def start(self) -> None:
        options = f"-c listen_addresses='' -c fsync=off -k {self.folder}"
        self._do("-o", options, "-l", self.folder / "log", "-w", "start")

    def stop(self) -> None:
        self._do("-m", "immediate", "stop")

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        name = f"test_{next(self._numbers)}"
        with psycopg.connect(host=str(self.folder), user="workup", dbname="postgres", autocommit=True) as own:
            own.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
        return f"postgresql://workup@/{name}?host={self.folder}"

    def _do(self, *arguments: Any) -> None:
        subprocess.run([self._control, "-D", self.folder / "data", *arguments], **self._run)


def serve() -> Iterator[Server]:
    """A server that runs until the generator ends; skips the test where there is no PostgreSQL."""
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
    subprocess.run([initdb, "-D", folder / "data", "-U", "workup", "-A", "trust", "--no-sync"], **run)
    server = Server(folder, control, run)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def waits(database: Any) -> bool:
    """Whether a transaction waits for another one."""
    with database.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
