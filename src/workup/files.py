"""Writing so that a killed process, or a full disk, never leaves half a file under a real name."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from workup.errors import SaveError


def write_text(path: Path, text: str) -> None:
    """Write `text` to a temporary name and rename it to `path`; the folder has to be there.

    Raises:
        SaveError: the disk is full; what stood at `path` before still does.
    """
    with _renamed(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON to a temporary name and rename it to `path`."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Yields a file under a temporary name that becomes `path` only if the block ends well."""
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _renamed(path) as partial, partial.open("w", encoding="utf-8") as file:
        yield file


@contextmanager
def _renamed(path: Path) -> Iterator[Path]:
    """Yields a temporary name that becomes `path` if the block ends well; else nothing stays under it."""
    partial = path.with_name(path.name + ".partial")
    with disk_errors(path):
        try:
            yield partial
            partial.replace(path)
        except BaseException:
            with suppress(OSError):  # what went wrong first is what has to be told
                partial.unlink()
            raise


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yields a temporary folder that becomes `path` only if the block ends well; else it is removed.

    Files in it get the permissions any new file would have: safetensors writes 0600, which no
    service under another account could read.
    """
    partial = path.with_name(path.name + ".partial")
    if partial.exists():
        shutil.rmtree(partial)
    with disk_errors(path):
        partial.mkdir(parents=True)
        try:
            yield partial
            for file in partial.rglob("*"):
                if file.is_file():
                    file.chmod(0o666 & ~_umask())
        except BaseException:
            shutil.rmtree(partial)
            raise
        if path.exists():
            shutil.rmtree(path)
        partial.replace(path)


def sha256(path: Path) -> str:
    """The checksum of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns "no space left", in any library's words, into a SaveError that says what to do."""
    try:
        yield
    except Exception as error:
        if not _is_full_disk(error):
            raise
        raise SaveError(
            f"the disk is full: {path} could not be written. "
            "Free some space and run the same command again (workup train: with --resume); "
            "what was saved before is intact."
        ) from error


def _is_full_disk(error: BaseException) -> bool:
    full = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    if isinstance(error, OSError) and error.errno in full:
        return True
    return any(f"os error {number}" in str(error).lower() for number in full)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
