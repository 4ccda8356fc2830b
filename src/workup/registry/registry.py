"""The registry: a folder of versions, of the decisions which of them serve, and of every file once.

    registry/
      registry.json                 which format this is
      blobs/2d/2d8ba387...          every file once, under the checksum of its bytes
      versions/general@3/           a version: a run's folder, its files links to blobs
      decisions/general/000004.json who let which version serve, and why

A version appears by one rename, a decision by one link. Whatever is killed in between leaves what was there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from workup.errors import RegistryError, nearest
from workup.registry.blobs import Blobs
from workup.registry.decisions import Decisions
from workup.registry.durable import make_folder, write_once
from workup.registry.lines import CANDIDATE, SERVING, checked, parse
from workup.registry.version import Version

FORMAT = 1
_FORMAT_FILE = "registry.json"
DEFAULT = Path("registry")


class Registry:
    """A registry in its folder. Everything is read anew each time, so a running service sees what changes."""

    def __init__(self, folder: str | Path = DEFAULT) -> None:
        """Open a registry.

        Raises:
            RegistryError: there is none in the folder, or another version of Workup wrote it.
        """
        self.folder = Path(folder)
        if not (self.folder / _FORMAT_FILE).is_file():
            raise RegistryError(
                f"there is no registry in {self.folder}; `workup models publish RUN` makes one, and "
                "--registry FOLDER names one elsewhere"
            )
        self._require_format()

    @classmethod
    def at(cls, folder: str | Path = DEFAULT) -> Registry:
        """The registry in a folder, or the one that the first publish will make there. Writes nothing.

        Raises:
            RegistryError: the folder holds something else.
        """
        folder = Path(folder)
        if (folder / _FORMAT_FILE).is_file():
            return cls(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RegistryError(f"{folder} is no registry and not empty; name another place by --registry")
        above = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
        if not above.is_dir() or not os.access(above, os.W_OK):
            raise RegistryError(f"no registry can be made in {folder}: {above} cannot be written to")
        registry = cls.__new__(cls)
        registry.folder = folder
        return registry

    def prepare(self) -> None:
        """Make its folders, unless they are there."""
        for folder in (self.folder, self.blobs.folder, self.versions_folder, self.decisions_folder):
            make_folder(folder)
        with suppress(FileExistsError):
            write_once(self.folder / _FORMAT_FILE, json.dumps({"format": FORMAT}) + "\n")

    def _require_format(self) -> None:
        path = self.folder / _FORMAT_FILE
        try:
            found = json.loads(path.read_text(encoding="utf-8"))["format"]
        except (ValueError, KeyError, TypeError):
            raise RegistryError(
                f"{path} is damaged; it should hold {json.dumps({'format': FORMAT})}"
            ) from None
        if found != FORMAT:
            raise RegistryError(f"{self.folder} is a registry of format {found}; this Workup reads {FORMAT}")

    @property
    def blobs(self) -> Blobs:
        """Every file once."""
        return Blobs(self.folder / "blobs")

    @property
    def versions_folder(self) -> Path:
        """Where versions are."""
        return self.folder / "versions"

    @property
    def decisions_folder(self) -> Path:
        """Where decisions are, a folder a line."""
        return self.folder / "decisions"

    @property
    def golden(self) -> Path | None:
        """The registry's own list of golden cases; None: the one that comes with Workup holds."""
        own = self.folder / "golden.yaml"
        return own if own.is_file() else None

    def lines(self) -> list[str]:
        """The lines that have versions, by name."""
        return sorted({path.name.partition("@")[0] for path in self.versions_folder.glob("*@*")})

    def line(self, name: str) -> str:
        """A line that has versions, by its name or that of its specialty.

        Raises:
            RegistryError: there is no such line, or it has no version.
        """
        known = self.lines()
        line = name if name in known else checked(name)
        if line not in known:
            raise RegistryError(f"{line} has no version yet; {nearest(line, known)}")
        return line

    def versions(self, line: str) -> list[Version]:
        """The versions of a line, oldest first."""
        found = ((path, path.name.partition("@")[2]) for path in self.versions_folder.glob(f"{line}@*"))
        versions = [Version(line, int(number), path) for path, number in found if number.isdecimal()]
        return sorted(versions, key=lambda version: version.number)

    def decisions(self, line: str) -> Decisions:
        """The decisions of a line, as they are now.

        Raises:
            RegistryError: one cannot be read.
        """
        return Decisions(self.decisions_folder, line)

    def serving(self, line: str) -> Version | None:
        """The version that serves; None: the line has none yet."""
        number = self.decisions(line).serving
        return None if number is None else self.version(line, number)

    def candidate(self, line: str) -> Version | None:
        """The newest version, as long as no later or equal one was ever promoted; else None."""
        versions = self.versions(line)
        promoted = [d.version for d in self.decisions(line).all if d.action == "promote"]
        if versions and versions[-1].number > max(promoted, default=0):
            return versions[-1]
        return None

    def version(self, line: str, number: int) -> Version:
        """A version by its number.

        Raises:
            RegistryError: there is no such version.
        """
        versions = self.versions(line)
        for version in versions:
            if version.number == number:
                return version
        raise RegistryError(f"there is no {line}@{number}; {_known(line, versions)}")

    def find(self, reference: str, default: str = SERVING) -> Version:
        """The version that LINE@NUMBER, LINE@serving or LINE@candidate names; LINE alone: its `default`.

        Raises:
            RegistryError: there is no such line or version.
        """
        name, which = parse(reference)
        line, which = self.line(name), which or default
        if which.isdecimal():
            return self.version(line, int(which))
        found = self.serving(line) if which == SERVING else self.candidate(line)
        if found is None:
            said = "serves no version" if which == SERVING else "has no candidate: its newest was promoted"
            other = CANDIDATE if which == SERVING else SERVING
            raise RegistryError(f"{line} {said}; {_known(line, self.versions(line))} (or try {line}@{other})")
        return found


def _known(line: str, versions: Sequence[Version]) -> str:
    names = ", ".join(version.name for version in versions)
    return f"its versions are {names}" if names else f"{line} has no version yet"
