"""How the cores of a machine are shared out: a batch at a time each, and among the processes that answer."""

from __future__ import annotations

import os


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads(workers: int) -> int:
    """How many batches each of so many processes answers at a time.

    A batch is fastest on one core alone: its operations are too short to be worth dividing.
    """
    return max(1, cores() // workers)
