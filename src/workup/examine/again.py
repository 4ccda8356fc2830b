"""Runs a script once more, watched and in a process of its own, and hands back what came of it."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from workup.errors import RunError
from workup.examine.mending import Trained
from workup.examine.report import Report

# What the script prints goes there by its number, whatever sys.stderr is.
_STDERR = 2


def run_again(script: Path, patience: float | None = None) -> Trained:
    """Run the script to its end, with its own output left to the terminal's standard error.

    Args:
        patience: seconds after which it is ended; None: none.

    Raises:
        RunError: it ended without handing anything back, or took too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result"
        command = [sys.executable, "-m", "workup.examine.again", str(script), str(result)]
        try:
            subprocess.run(command, check=False, stdout=_STDERR, timeout=patience)
        except subprocess.TimeoutExpired:
            raise RunError(f"{script} did not end within {patience:g} s") from None
        if not result.is_file():
            raise RunError(
                f"{script} ended its process before it could be examined; try `workup run {script}`"
            )
        # Written a moment ago by the process above, into a folder of this process's own.
        found: Trained = pickle.loads(result.read_bytes())
    return found


def _main(script: Path, result: Path) -> None:
    from workup.examine.capture import script as scripts
    from workup.examine.capture.subject import at_the_end
    from workup.examine.capture.watch import Watch

    watch = Watch(lambda first: False)
    with watch.watching():
        ending = scripts.run(scripts.read(script), [])
    outcome = watch.at_the_end(ending.error)
    report = outcome.report or Report((), (), (), ())
    findings = (*([outcome.crash] if outcome.crash else []), *report.findings)
    generated = tuple(at_the_end(watch.seen).generated or ())
    # Checks are functions, which cannot be handed over; findings can.
    plain = Report(findings, (), (), ())
    result.write_bytes(pickle.dumps(Trained(plain, generated, ending.status)))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]))
