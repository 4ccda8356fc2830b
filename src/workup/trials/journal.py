"""The journal of a folder of trials: one whole line for each that is done, whatever happens."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workup.errors import RunError, SaveError
from workup.files import disk_errors
from workup.trials.trial import Outcome

JOURNAL = "journal.jsonl"


class Journal:
    """Outcomes by the key of their trial, in `folder/journal.jsonl`.

    A line is written in one piece and forced to the disk; half a line, left by a machine that lost its
    power, is cut off when the journal is opened.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL
        try:
            with disk_errors(folder):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaveError(f"the folder {folder} cannot be made: {error.strerror}") from None
        self._known: dict[str, Outcome] = {}
        for number, line in enumerate(self._whole_lines(), start=1):
            try:
                entry = json.loads(line)
                self._known[entry["key"]] = Outcome.from_json(entry["outcome"])
            except (ValueError, KeyError, TypeError):
                raise RunError(
                    f"{self.path}:{number} is no line of a journal of trials; remove the line, or the file"
                ) from None

    def _whole_lines(self) -> list[str]:
        if not self.path.is_file():
            return []
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self.path, whole)
        return content[:whole].decode("utf-8").split("\n")[:-1]

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Outcome | None:
        """The outcome of a trial that succeeded; a failed one is to be run again."""
        outcome = self._known.get(key)
        return outcome if outcome is not None and outcome.error is None else None

    def add(self, key: str, outcome: Outcome, description: Mapping[str, Any]) -> None:
        """Remember an outcome; `description` says to a reader which trial it was."""
        entry = {"key": key, "outcome": outcome.to_json(), "trial": description}
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        with disk_errors(self.path), self.path.open("ab") as file:
            file.write(line.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        self._known[key] = outcome
