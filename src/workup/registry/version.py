"""A published version: a run's folder that does not change any more, with the checksum of every file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workup.clinic.assess import kept
from workup.errors import RegistryError
from workup.files import sha256
from workup.registry import trained
from workup.registry.evidence import Evidence
from workup.registry.learned import Learned

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser

MANIFEST, CARD = "version.json", "README.md"
FORMAT = 1
# Parts of the folder, and a file: what transformers loads, and what the diagnoser learned beside it.
MODEL, DIAGNOSER = "model", kept.FOLDER
CALIBRATION = f"{DIAGNOSER}/{kept.VALUES}"


@dataclass(frozen=True)
class Manifest:
    """What `version.json` holds.

    Attributes:
        run: the name of the run that was published; `note`: what was said about it.
        by, when: the account and the time, ISO 8601 in UTC.
        weights: the checksum of the model's weights; `data`: the fingerprint of its training examples.
        conditions: how many conditions it knows.
        workup: the version of Workup that published it.
        files: the SHA-256 of every file, by its path in the folder; `version.json` itself is not among them.
    """

    format: int
    line: str
    number: int
    run: str
    note: str
    by: str
    when: str
    weights: str
    data: str
    conditions: int
    workup: str
    files: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Version:
    """A version of a line; its folder is also a run's, which every command reads that reads runs."""

    line: str
    number: int
    folder: Path

    @property
    def name(self) -> str:
        """Such as general@3."""
        return f"{self.line}@{self.number}"

    @cached_property
    def manifest(self) -> Manifest:
        """What it is made of.

        Raises:
            RegistryError: it cannot be read, or another version of Workup wrote it.
        """
        path = self.folder / MANIFEST
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values["format"] != FORMAT:
                raise RegistryError(f"{path} has format {values['format']}; this Workup reads {FORMAT}")
            return Manifest(**values)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RegistryError(
                f"{path} cannot be read ({error}); bring it back from a backup, or publish the run again"
            ) from None

    @property
    def checksum(self) -> str:
        """Of `version.json`, and so of everything in it."""
        return sha256(self.folder / MANIFEST)

    @cached_property
    def evidence(self) -> Evidence:
        """What is known of how good it is.

        Raises:
            RegistryError: it cannot be read.
        """
        return Evidence.load(self.folder)

    @cached_property
    def learned(self) -> Learned | None:
        """The released cases that it learned from; None: it did not come out of the learning loop.

        Raises:
            RegistryError: it cannot be read.
        """
        return Learned.load(self.folder)

    @cached_property
    def trained(self) -> dict[str, str] | None:
        """The ids of the rows that it was trained on, by fingerprint; None: it does not say.

        Raises:
            RegistryError: they cannot be read.
        """
        return trained.load(self.folder)

    def damage(self) -> list[str]:
        """What is not as it was published, a line each; every file is read and its checksum taken again."""
        found = []
        for name, checksum in self.manifest.files.items():
            path = self.folder / name
            if not path.is_file():
                found.append(f"{self.name}: {name} is missing")
            elif sha256(path) != checksum:
                found.append(f"{self.name}: {name} is damaged: its bytes are not those that were published")
        known = {MANIFEST, *self.manifest.files}
        there = (path for path in sorted(self.folder.rglob("*")) if not path.is_dir())
        others = [str(path.relative_to(self.folder)) for path in there]
        found += [f"{self.name}: {name} does not belong to it" for name in others if name not in known]
        return found

    def require_usable(self) -> None:
        """Refuse a version that is not as it was published, or that this Workup cannot read.

        Raises:
            RegistryError: a file is missing, damaged, or does not belong to it; or its calibration is of
                another format.
        """
        if damage := self.damage():
            told = "\n  ".join(damage)
            raise RegistryError(
                f"{self.name} is not as it was published, and is not used:\n  {told}.\n"
                "Bring the files back from a backup, or publish the run again"
            )
        # A diagnoser that does not know the format would calibrate again, and write into the version.
        found = json.loads((self.folder / CALIBRATION).read_text(encoding="utf-8"))["format"]
        if found != kept.FORMAT:
            raise RegistryError(
                f"the calibration of {self.name} has format {found}, and this Workup reads {kept.FORMAT}: "
                "publish its run again"
            )

    def load(self) -> Diagnoser:
        """The model, ready to answer, every byte of it as it was published.

        Raises:
            RegistryError: see `require_usable`.
        """
        self.require_usable()
        from workup.clinic.assess import Diagnoser

        return Diagnoser.load(self.folder)
