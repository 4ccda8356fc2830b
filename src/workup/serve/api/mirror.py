"""MLflow follows what is decided through the API, as it does at the command line: by `workup models sync`.

That runs in a process of its own. MLflow would take seconds of this one's time and stay in its memory, and
while it works it silences the warnings of a whole process. A decision holds and serves before MLflow hears of
it, and whatever becomes of that.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from workup.registry import Registry, tracking

# Seconds that an answer waits: a store that is there takes two or three, one that is away takes a minute.
PATIENCE = 10.0
_beside = ThreadPoolExecutor(1, "mlflow")
_log = logging.getLogger(__name__)


def mirrored(registry: Registry, line: str) -> str | None:
    """Let MLflow show a line as it is now; why it does not show it yet, in a sentence; None: it does.

    None also where no MLflow is to follow (`tracking.is_wanted`). To be called in a thread: it waits, at most
    `PATIENCE` s. What fails is in the log too.
    """
    if not tracking.is_wanted(registry):
        return None
    try:
        return _beside.submit(_follow, registry, line).result(PATIENCE)
    except TimeoutError:
        return f"MLflow has not shown {line} within {PATIENCE:.0f} s; the log tells if it cannot"


def _follow(registry: Registry, line: str) -> str | None:
    failed = _synced(registry, line)
    if failed is None:
        return None
    told = tracking.missed(line, failed)
    _log.warning("%s", told)
    return told


def _synced(registry: Registry, line: str) -> str | None:
    """What `workup models sync` says was wrong; None: nothing."""
    folder = str(registry.folder.absolute())
    command = [sys.executable, "-P", "-m", "workup", "models", "sync", line, "--registry", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    return " ".join(done.stderr.split()) or f"it ended with status {done.returncode}"
