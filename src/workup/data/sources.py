"""Where rows come from: csv, tsv, jsonl and parquet files, datasets folders, and installed sources.

An installed source is a function without arguments that returns rows, registered by any package under
the entry-point group "workup.sources"; that is how the core reads the clinic's case book without
knowing of medicine.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from workup.data.rows import Row
from workup.errors import DataError, nearest

ENTRY_POINTS = "workup.sources"


def read(source: str) -> list[Row]:
    """All rows of a source, each with its place.

    Raises:
        DataError: no such source, an unknown format, not UTF-8, a broken line, or no rows at all.
    """
    path = Path(source)
    if path.is_dir():
        rows = list(_read_datasets_folder(path))
    elif path.is_file():
        reader = _READERS.get(path.suffix.lower())
        if reader is None:
            raise DataError(
                f"{source}: files of type {path.suffix!r} are not read; use {', '.join(_READERS)}"
            )
        rows = list(reader(path))
    else:
        rows = _read_installed(source)
    if not rows:
        raise DataError(f"{source} holds no rows; a training needs at least one")
    return rows


def _read_installed(source: str) -> list[Row]:
    installed = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if source in installed:
        load: Callable[[], list[Row]] = installed[source].load()
        return load()
    folder = Path(source).parent
    near = [str(path) for path in folder.iterdir()] if folder.is_dir() else []
    raise DataError(
        f"there is no file, folder or installed source {source!r}; {nearest(source, [*installed, *near])}"
    )


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file.

    Raises:
        DataError: there is no such file, or a byte of it is not UTF-8; the line is named.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}")
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{path}:{number}: not UTF-8 (byte {raw[error.start]:#04x} at column {error.start + 1}); "
                    f"convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8 {path.name}"
                ) from None
            yield line


def _read_delimited(path: Path, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(read_lines(path), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        repeated = {name for name in header if header.count(name) > 1}
        if repeated:
            raise DataError(f"{path}:1: column {repeated.pop()!r} stands twice in the header")
        start = reader.line_num + 1
        for cells in reader:
            if len(cells) not in (0, len(header)):
                raise DataError(
                    f"{path}:{start}: {len(cells)} cells where the header has {len(header)}; "
                    "quote cells that contain the delimiter"
                )
            if cells:
                yield Row(dict(zip(header, cells, strict=True)), f"{path}:{start}")
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num}: broken quoting: {error}") from None


def _read_csv(path: Path) -> Iterator[Row]:
    return _read_delimited(path, ",")


def _read_tsv(path: Path) -> Iterator[Row]:
    return _read_delimited(path, "\t")


def _read_jsonl(path: Path) -> Iterator[Row]:
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}:{number}: not JSON: {error.msg} at column {error.colno}") from None
        if not isinstance(values, dict):
            raise DataError(f"{path}:{number}: a line must be one JSON object, got {type(values).__name__}")
        yield Row(values, f"{path}:{number}")


def _read_parquet(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        records = pq.read_table(path).to_pylist()
    except pa.ArrowInvalid as error:
        raise DataError(f"{path} is not a readable parquet file: {error}") from None
    return (Row(values, f"{path}: row {number}") for number, values in enumerate(records, start=1))


def _read_datasets_folder(path: Path) -> Iterator[Row]:
    """Rows of a folder written by `save_to_disk`; a DatasetDict's split names fill the column "split"."""
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


_READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".jsonl": _read_jsonl,
    ".parquet": _read_parquet,
}
