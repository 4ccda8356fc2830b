"""The decisions of a line: who let which version serve, when, why, and on what evidence.

Each is a file of its own, `decisions/<line>/000001.json` and so on, made once and never changed. What serves
follows from them and stands nowhere else, so the log and the state cannot differ: a promotion *is* the
appearance of the next file. Each holds the checksum of the one before it, so a change to any shows.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from workup.errors import RegistryError
from workup.files import sha256
from workup.registry.durable import make_folder, write_once

Action = Literal["promote", "refuse", "rollback"]


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes:
        number: from 1, without gaps.
        version: what it was about. After a promotion or a rollback this version serves.
        before: the version that served until then; None: none did.
        by, when, why: the account, the time (ISO 8601, UTC), and what was said about it.
        override: the reason given for promoting although a gate had failed; None: all had passed.
        gates: what each gate said, as of `gates.Verdict.to_json`.
        manifest: the checksum of the version's `version.json`.
        previous: the checksum of the file of the decision before it; None: it is the first.
    """

    number: int
    line: str
    action: Action
    version: int
    before: int | None
    by: str
    when: str
    why: str
    override: str | None
    gates: tuple[dict[str, Any], ...]
    manifest: str
    previous: str | None

    @property
    def failed(self) -> list[str]:
        """The names of the gates that did not let it pass."""
        return [gate["gate"] for gate in self.gates if not gate["passed"]]

    def __str__(self) -> str:
        done = {"promote": "promoted", "refuse": "refused", "rollback": "rolled back to"}[self.action]
        return f"{self.by} {done} {self.line}@{self.version} on {self.when}"


class Decisions:
    """The decisions of one line, as they were when they were read."""

    def __init__(self, folder: Path, line: str) -> None:
        """Read them.

        Raises:
            RegistryError: a file is none.
        """
        self.folder, self.line = folder / line, line
        self.all = tuple(_read(path) for path in files(self.folder))

    @property
    def served(self) -> list[int]:
        """The versions that served and were not rolled back, oldest first: the last one serves now."""
        versions: list[int] = []
        for decision in self.all:
            if decision.action == "promote":
                versions.append(decision.version)
            elif decision.action == "rollback":
                del versions[-1:]
        return versions

    @property
    def serving(self) -> int | None:
        """The version that serves now."""
        return self.served[-1] if self.served else None

    def append(
        self,
        action: Action,
        version: int,
        manifest: str,
        *,
        by: str,
        why: str = "",
        override: str | None = None,
        gates: Sequence[dict[str, Any]] = (),
    ) -> Decision:
        """Take a decision. It holds from the moment its file appears, which happens at once or not at all.

        Args:
            why, override: as they were given; they lose their identifiers, for a decision is kept for good.

        Raises:
            RegistryError: another one was taken since these were read; nothing is changed then.
        """
        from workup.clinic.deidentify import deidentify

        last = self.all[-1] if self.all else None
        number = last.number + 1 if last else 1
        decision = Decision(
            number,
            self.line,
            action,
            version,
            self.serving,
            by,
            now(),
            deidentify(why).text,
            None if override is None else deidentify(override).text,
            tuple(gates),
            manifest,
            sha256(self.path(last.number)) if last else None,
        )
        make_folder(self.folder)
        try:
            write_once(self.path(number), json.dumps(asdict(decision), indent=2, ensure_ascii=False) + "\n")
        except FileExistsError:
            raise RegistryError(
                f"another decision on {self.line} was taken at the same time: {_read(self.path(number))}. "
                "Nothing was changed by this command; look, and give it again if it is still wanted"
            ) from None
        return decision

    def path(self, number: int) -> Path:
        """The file of a decision."""
        return self.folder / f"{number:06}.json"


def files(folder: Path) -> list[Path]:
    """The files of a line's decisions, in their order."""
    return sorted(path for path in folder.glob("*.json") if path.stem.isdecimal())


def _read(path: Path) -> Decision:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Decision(**{**values, "gates": tuple(values["gates"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise RegistryError(
            f"{path} is no decision ({error}). What serves cannot be told without it: bring it back from a "
            "backup"
        ) from None


def now() -> str:
    """The time as it is written down: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def account() -> str:
    """The name of the account that runs this, for the log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's account need not have a name
        import os

        return f"account {os.getuid()}"
