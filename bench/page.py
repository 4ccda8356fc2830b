"""The part of a page that a benchmark writes: what stands between two marks."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def fill(page: Path, begin: str, end: str, text: str) -> None:
    """Put `text` between the marks `begin`, which ends its line, and `end`; all else of the page stays."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}{text}\n{end}{after}", encoding="utf-8")


def of_a_run(told: str | None, run: Callable[[Path], None], show: Callable[[], None]) -> None:
    """The command line of a benchmark of a run: `run [--run FOLDER]` measures and shows, `show` shows."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    measured = commands.add_parser("run")
    measured.add_argument("--run", type=Path, default=Path("runs/diagnoser"), dest="folder")
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "run":
        run(given.folder)
    show()
