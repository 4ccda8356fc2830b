"""Rows to a jsonl file, one at a time: a million rows take no more memory than one."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from workup.data.rows import Row
from workup.errors import DataError
from workup.files import whole_file


def write_rows(rows: Iterable[Row], path: Path, progress: Callable[[int], None] = lambda done: None) -> int:
    """Write the values of each row as a line of JSON; returns how many there were.

    Dates and times, which parquet files and `datasets` folders hold, are written in ISO 8601. The file gets
    its name only when it is whole.

    Raises:
        DataError: the file exists already, its name does not end in .jsonl, or a cell is nothing that JSON
            can hold, such as bytes.
        SaveError: the disk is full.
    """
    if path.suffix != ".jsonl":
        raise DataError(f"{path}: rows are written as JSON lines; give a name that ends in .jsonl")
    if path.exists():
        raise DataError(f"{path} exists and nothing is written over; choose another name")
    done = 0
    with whole_file(path) as file:
        for done, row in enumerate(rows, start=1):
            file.write(_line(row) + "\n")
            progress(done)
    return done


def _line(row: Row) -> str:
    try:
        return _JSON.encode(row.values)
    except TypeError:
        for column, value in row.values.items():
            try:
                _JSON.encode(value)
            except TypeError as error:
                raise DataError(
                    f"{row.place}: {column}: cannot be written as JSON ({error}); "
                    "take the column out of the data, or turn it into text first"
                ) from None
        raise


def _plain(value: Any) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError(f"it holds {type(value).__name__}")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain)
