"""Checkpoints that can be trusted: one counts only after everything in it is on the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

_COMPLETE = "complete"


def mark_complete(checkpoint: Path) -> None:
    """Called after the last file of a checkpoint is written."""
    (checkpoint / _COMPLETE).touch()


def latest(folder: Path) -> Path | None:
    """The newest complete checkpoint; what a killed process left half-written is removed."""
    complete: list[tuple[int, Path]] = []
    for checkpoint in folder.glob("checkpoint-*"):
        if (checkpoint / _COMPLETE).exists():
            complete.append((int(checkpoint.name.rpartition("-")[2]), checkpoint))
        else:
            shutil.rmtree(checkpoint)
    return max(complete)[1] if complete else None
