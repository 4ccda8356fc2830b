"""Readers of files, a record at a time: csv, tsv, jsonl, parquet, and folders written by `datasets`.

A fault of one line is a BadRow and reading goes on; a fault of the whole file is a DataError.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from workup.data.rows import BadRow, Row
from workup.errors import DataError

# What the error handler "surrogateescape" makes of bytes that are not UTF-8.
_ESCAPED = re.compile("[\udc80-\udcff]")


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file; one called .gz is unzipped.

    Raises:
        DataError: there is no such file, it cannot be unzipped, or a byte of it is not UTF-8 (the line is
            named).
    """
    for number, line in enumerate(_lines(path), start=1):
        if reason := _not_utf8(path, line):
            raise DataError(f"{path}:{number}: {reason}")
        yield line


def _lines(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise DataError(f"there is no file {path}")
    if path.suffix != ".gz":
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from file
        return
    try:
        with gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as unzipped:
            yield from unzipped
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be unzipped: {error}") from None


def _not_utf8(path: Path, text: str) -> str | None:
    found = None if text.isascii() else _ESCAPED.search(text)
    if found is None:
        return None
    byte = ord(found.group()) - 0xDC00
    return (
        f"not UTF-8 (byte {byte:#04x} at column {found.start() + 1}); "
        f"convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8 {path.name}"
    )


def _read_delimited(path: Path, delimiter: str) -> Iterator[Row | BadRow]:
    reader = csv.reader(_lines(path), delimiter=delimiter, strict=True)
    header = _header(path, reader)
    while True:
        place = f"{path}:{reader.line_num + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(f"{path}:{reader.line_num}", "", f"broken quoting: {error}")
            continue
        bad = next(filter(None, (_not_utf8(path, cell) for cell in cells)), None)
        if bad:
            yield BadRow(place, "", bad)
        elif len(cells) == len(header):
            yield Row(dict(zip(header, cells, strict=True)), place)
        elif cells:
            reason = f"{len(cells)} cells where the header has {len(header)}"
            yield BadRow(place, "", f"{reason}; quote cells that contain the delimiter")


def _header(path: Path, reader: Any) -> list[str]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise DataError(f"{path}:1: broken quoting in the header: {error}") from None
    for name in header:
        if header.count(name) > 1:
            raise DataError(f"{path}:1: column {name!r} stands twice in the header")
        if reason := _not_utf8(path, name):
            raise DataError(f"{path}:1: {reason}")
    return header


def _read_csv(path: Path) -> Iterator[Row | BadRow]:
    return _read_delimited(path, ",")


def _read_tsv(path: Path) -> Iterator[Row | BadRow]:
    return _read_delimited(path, "\t")


def read_json_lines(path: Path) -> Iterator[Row | BadRow]:
    """One JSON object a line; empty lines are passed over. A file called .gz is unzipped.

    Raises:
        DataError: there is no such file, or it cannot be unzipped.
    """
    for number, line in enumerate(_lines(path), start=1):
        place = f"{path}:{number}"
        if not line.strip():
            continue
        if reason := _not_utf8(path, line):
            yield BadRow(place, "", reason)
            continue
        try:
            values = json.loads(line)
        except json.JSONDecodeError as error:
            yield BadRow(place, "", f"not JSON: {error.msg} at column {error.colno}")
            continue
        except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
            yield BadRow(place, "", f"not readable as JSON: {error}")
            continue
        if isinstance(values, dict):
            yield Row(values, place)
        else:
            yield BadRow(place, "", f"a line must be one JSON object, got {type(values).__name__}")


def _read_parquet(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise DataError(f"{path} is not a readable parquet file: {error}") from None
    number = 0
    for batch in table.iter_batches():
        for values in batch.to_pylist():
            number += 1
            yield Row(values, f"{path}: row {number}")


def read_datasets_folder(path: Path) -> Iterator[Row]:
    """Rows of a folder written by `save_to_disk`; a DatasetDict's split names fill the column "split".

    Raises:
        DataError: the folder is none of that kind.
    """
    import datasets

    try:
        loaded = datasets.load_from_disk(str(path))
    except (FileNotFoundError, ValueError) as error:
        raise DataError(
            f"{path} is not a folder written by datasets' save_to_disk: {error}; name a file instead"
        ) from None
    tables: dict[Any, Any] = dict(loaded) if isinstance(loaded, datasets.DatasetDict) else {None: loaded}
    for split, table in tables.items():
        for number, values in enumerate(table, start=1):
            where = f"{path}{f' ({split})' if split else ''}: row {number}"
            yield Row({**values, **({"split": split} if split else {})}, where)


READERS: dict[str, Callable[[Path], Iterator[Row | BadRow]]] = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".jsonl": read_json_lines,
    ".parquet": _read_parquet,
}
