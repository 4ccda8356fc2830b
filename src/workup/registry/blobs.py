"""Files kept under the checksum of their bytes: equal files are stored once, and damage shows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from workup.errors import RegistryError
from workup.files import sha256
from workup.registry.durable import FILE_MODE, PARTIAL, make_folder, partial_file, sync


class Blobs:
    """The files of a registry, each under `blobs/<two digits>/<64 digits of its SHA-256>`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, checksum: str) -> Path:
        """Where the file of this checksum is, or would be."""
        return self.folder / checksum[:2] / checksum

    def put(self, file: Path) -> str:
        """Keep a copy of a file, unless it is kept already; its checksum.

        A kept file that was damaged is replaced by the good one.

        Raises:
            RegistryError: the file changed while it was read.
        """
        checksum = sha256(file)
        kept = self.path(checksum)
        if kept.is_file() and sha256(kept) == checksum:
            return checksum
        make_folder(kept.parent)
        with partial_file(self.folder) as partial:
            shutil.copyfile(file, partial)
            partial.chmod(FILE_MODE)
            sync(partial)
            if sha256(partial) != checksum:
                raise RegistryError(f"{file} changed while it was read; wait until nothing writes to it")
            try:
                os.link(partial, kept)
            except FileExistsError:
                # Another process has kept it meanwhile, and may be linking to it: only damage is replaced.
                if sha256(kept) != checksum:
                    partial.replace(kept)
        sync(kept.parent)
        return checksum

    def link(self, checksum: str, path: Path) -> None:
        """Let a kept file also be found at `path`; its bytes are not stored again."""
        make_folder(path.parent)
        os.link(self.path(checksum), path)

    def take(self, file: Path) -> str:
        """Keep a file that was made in the registry itself, which from now on is a link; its checksum."""
        checksum = self.put(file)
        file.unlink()
        self.link(checksum, file)
        return checksum

    def kept(self) -> Iterator[Path]:
        """Every kept file."""
        yield from sorted(path for path in self.folder.glob("??/*") if not path.name.startswith(PARTIAL))
