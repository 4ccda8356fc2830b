"""The losses of a training, line by line in a file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from workup.files import write_text
from workup.pipeline import events


class LogFile:
    """Passes events on, and keeps losses as JSON lines; a resumed run drops lines past its checkpoint."""

    def __init__(self, path: Path, watch: events.Watch) -> None:
        self.path, self.watch = path, watch

    def __call__(self, event: events.Event) -> None:
        """The watcher of a training."""
        if isinstance(event, events.Started) and self.path.is_file():
            lines = self.path.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if line.endswith("}") and json.loads(line)["step"] <= event.step]
            write_text(self.path, "".join(f"{line}\n" for line in kept))
        if isinstance(event, (events.Logged, events.Validated)):
            kind = "train" if isinstance(event, events.Logged) else "validation"
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"kind": kind, **asdict(event)}) + "\n")
        self.watch(event)
