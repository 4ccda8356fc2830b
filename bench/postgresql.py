"""A PostgreSQL server of a benchmark's own, which may be stopped; and a small disk, which may be filled."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_DEBIAN = Path("/usr/lib/postgresql")
_USER = "workup"


class NotHere(Exception):
    """What a part of a benchmark needs is not on this machine; the message says what."""


class PostgreSQL:
    """A server in a folder of its own, asked over a socket there; stopped and started by its own tools."""

    def __init__(self, folder: Path, control: Path, account: dict[str, Any]) -> None:
        self.folder, self._control, self.account = folder, control, account

    def start(self) -> None:
        options = f"-c listen_addresses='' -k {self.folder}"
        self._do("-o", options, "-l", self.folder / "log", "-w", "start")

    def stop(self, how: str) -> None:
        """`fast`: connections are ended in order; `immediate`: as if it had crashed."""
        self._do("-m", how, "-w", "stop")

    def new_database(self, name: str, disk: Path | None = None) -> str:
        """The URL of a new, empty database; its tables are kept in the folder `disk`, if one is given."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user=_USER, dbname="postgres", autocommit=True) as own:
            where = ""
            if disk is not None:
                own.execute(f"CREATE TABLESPACE {name}_disk LOCATION '{disk}'".encode())
                where = f" TABLESPACE {name}_disk"
            own.execute(f"CREATE DATABASE {name}{where}".encode())
        return f"postgresql://{_USER}@/{name}?host={self.folder}"

    def _do(self, *arguments: Any) -> None:
        command = [self._control, "-D", self.folder / "data", *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **self.account)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A server that runs until the block ends.

    Raises:
        NotHere: it is not installed, or there is no account that may run it.
    """
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        raise NotHere("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="workup-postgresql-"))
    if account:
        os.chown(folder, account["user"], account["group"])
    command = [initdb, "-D", folder / "data", "-U", _USER, "-A", "trust"]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **account)
    server = PostgreSQL(folder, control, account)
    server.start()
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # it is stopped already
            server.stop("fast")
        shutil.rmtree(folder)


@contextmanager
def small_disk(megabytes: int, account: dict[str, Any] | None = None) -> Iterator[Path]:
    """A folder that holds so much and no more, owned by an account.

    Raises:
        NotHere: this account may not mount one.
    """
    folder = Path(tempfile.mkdtemp(prefix="workup-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        folder.rmdir()
        raise NotHere("a small disk cannot be mounted (that takes root, and Linux)") from None
    try:
        if account:
            os.chown(folder, account["user"], account["group"])
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def fill(disk: Path) -> None:
    """Write a file until the disk is full."""
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(1 << 16)):
            pass


def free(disk: Path) -> None:
    """Remove that file."""
    (disk / "filler").unlink()


def _program(name: str) -> Path | None:
    """A program of PostgreSQL: on the path, or where Debian's packages put it."""
    found = shutil.which(name)
    places = [Path(found)] if found else sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    return places[0] if places else None


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; Debian's package makes an account for it."""
    if os.geteuid() != 0:
        return {}
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        raise NotHere("PostgreSQL does not run as root, and there is no account 'postgres'") from None
    return {"user": owner.pw_uid, "group": owner.pw_gid}
