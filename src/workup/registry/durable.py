"""Writing that neither a kill nor a power cut leaves half done: a name appears with all of its bytes, or not.

`workup.files` keeps a killed process from leaving half a file. Here bytes are also forced to the disk before
the name appears, and nothing that has a name is ever written over.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# How names begin that no reader looks at.
PARTIAL = ".partial-"
# A service under another account reads what is published; safetensors writes 0600.
FILE_MODE, FOLDER_MODE = 0o644, 0o755


def make_folder(folder: Path) -> Path:
    """The folder, with its parents, readable by every account whatever the umask."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(FOLDER_MODE)
        sync(path.parent)
    return folder


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_once(path: Path, text: str) -> None:
    """Make a file that is not there yet, in a folder that is.

    A hard link gives the name: unlike a rename, it fails where the name is taken, so of two writers exactly
    one succeeds.

    Raises:
        FileExistsError: somebody else made it first; their file is left as it is.
    """
    with partial_file(path.parent) as partial:
        partial.write_text(text, encoding="utf-8")
        partial.chmod(FILE_MODE)
        sync(partial)
        os.link(partial, path)
    sync(path.parent)


@contextmanager
def partial_file(folder: Path) -> Iterator[Path]:
    """Yields an empty file of a name that no reader looks at; it is gone afterwards unless it was renamed."""
    descriptor, name = tempfile.mkstemp(prefix=PARTIAL, dir=folder)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def partial_folder(folder: Path) -> Iterator[Path]:
    """The same for a folder."""
    made = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
