"""The folder of a line's retrainings: one round at a time, and a killed one goes on.

retraining/general/
  report.json    what came of the last command
  001/           a round: plan.json, rows, journal, the published run; round.json once it is finished
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workup.errors import RunError, SaveError
from workup.files import disk_errors, write_json

REPORT, ROUND, PLAN = "report.json", "round.json", "plan.json"
_LOCK = ".lock"


@dataclass(frozen=True)
class Round:
    """A round that is not finished: its folder, the version it goes on from, and its new cases."""

    folder: Path
    version: str
    fingerprints: tuple[str, ...]

    def finish(self, told: object) -> None:
        """Nothing goes on with this round from now on."""
        write_json(self.folder / ROUND, told)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder, and keep every other process out of it. The lock of a killed process ends with it.

    Raises:
        RunError: another process is in it.
        SaveError: the folder cannot be made.
    """
    from filelock import FileLock, Timeout

    try:
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"the folder {folder} cannot be made: {error.strerror}") from None
    try:
        with FileLock(folder / _LOCK, timeout=0):
            yield
    except Timeout:
        raise RunError(
            f"another training works in {folder} already; nothing was changed. Wait until it has ended"
        ) from None


def unfinished(folder: Path, version: str) -> Round | None:
    """The last round, if it was not finished and goes on from this version."""
    last = max(_numbered(folder), default=None)
    if last is None or (last / ROUND).is_file():
        return None
    path = last / PLAN
    if not path.is_file():
        return None
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
        found = Round(last, plan["version"], tuple(plan["fingerprints"]))
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is damaged ({error}); remove the folder {last}") from None
    return found if found.version == version else None


def begin(folder: Path, version: str, fingerprints: Sequence[str]) -> Round:
    """A new round; it exists from the moment its plan does."""
    last = max(_numbered(folder), default=None)
    place = folder / f"{int(last.name) + 1 if last else 1:03}"
    place.mkdir()
    write_json(place / PLAN, {"version": version, "fingerprints": list(fingerprints)})
    return Round(place, version, tuple(fingerprints))


def _numbered(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir() and path.name.isdecimal()]
