"""Rows to a jsonl file, one at a time: a million rows take no more memory than one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from workup.data.rows import Row
from workup.errors import DataError
from workup.files import whole_file


def write_rows(rows: Iterable[Row], path: Path, progress: Callable[[int], None] = lambda done: None) -> int:
    """Write the values of each row as a line of JSON; returns how many there were.

    The file gets its name only when it is whole.

    Raises:
        DataError: the file exists already, or its name does not end in .jsonl.
        SaveError: the disk is full.
    """
    if path.suffix != ".jsonl":
        raise DataError(f"{path}: rows are written as JSON lines; give a name that ends in .jsonl")
    if path.exists():
        raise DataError(f"{path} exists and nothing is written over; choose another name")
    done = 0
    with whole_file(path) as file:
        for done, row in enumerate(rows, start=1):
            file.write(json.dumps(row.values, ensure_ascii=False) + "\n")
            progress(done)
    return done
