"""A value from an environment variable, or from the file that the variable with `_FILE` behind it names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workup.errors import DataError
from workup.learning.database import DEFAULT

DATABASE, FILE = "DATABASE_URL", "_FILE"


def value(name: str, environ: Mapping[str, str]) -> str | None:
    """The value of a variable; None: neither it nor the one of its file is set.

    Files are how secrets are handed to containers, and to services of systemd.

    Raises:
        DataError: both are set, or the file cannot be read.
    """
    file = name + FILE
    if file not in environ:
        return environ.get(name)
    if name in environ:
        raise DataError(f"{name} and {file} are both set; keep one of them")
    try:
        return Path(environ[file]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file} names a file that cannot be read: {error}") from None


def database() -> str:
    """The database that this process's environment names, or the file in the current folder.

    Raises:
        DataError: see `value`.
    """
    return value(DATABASE, os.environ) or DEFAULT
