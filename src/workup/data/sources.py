"""Where rows come from: files, datasets folders, and what installed packages register.

A package registers a *source* under the entry-point group "workup.sources": a function without
arguments that gives rows ("clinic"). It registers a *format* under "workup.formats": a function of the
text after the colon ("ddxplus:folder"). That is how the core reads medical data without knowing of
medicine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from workup.data.readers import READERS, read_datasets_folder
from workup.data.rows import BadRow, Row, refuse, separate
from workup.errors import DataError, nearest

SOURCES, FORMATS = "workup.sources", "workup.formats"


def stream(source: str) -> Iterator[Row | BadRow]:
    """The records of a source one at a time, in constant memory; what cannot be used is a BadRow.

    Raises:
        DataError: no such source, an unknown format, or a file that is broken as a whole.
    """
    path = Path(source)
    if path.is_dir():
        return read_datasets_folder(path)
    if path.is_file():
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            raise DataError(f"{source}: files of type {path.suffix!r} are not read; use {', '.join(READERS)}")
        return reader(path)
    return _installed(source)


def read(source: str) -> list[Row]:
    """All rows of a source, each with its place.

    Raises:
        DataError: see `stream`; a row that cannot be used, or no rows at all.
    """
    rows, bad = separate(stream(source))
    refuse(bad)
    return require_rows(rows, source)


def require_rows(rows: list[Row], source: str) -> list[Row]:
    """The rows themselves.

    Raises:
        DataError: there are none.
    """
    if not rows:
        raise DataError(f"{source} holds no rows; at least one is needed")
    return rows


def _installed(source: str) -> Iterator[Row | BadRow]:
    sources, formats = _registered(SOURCES), _registered(FORMATS)
    name, colon, argument = source.partition(":")
    if source in sources:
        load: Callable[[], Iterable[Row]] = sources[source].load()
        return iter(load())
    if colon and name in formats:
        read_format: Callable[[str], Iterator[Row | BadRow]] = formats[name].load()
        return read_format(argument)
    folder = Path(source).parent
    near = [str(path) for path in folder.iterdir()] if folder.is_dir() else []
    known = [*sources, *(f"{name}:" for name in formats)]
    raise DataError(
        f"there is no file, folder or installed source {source!r}; {nearest(source, [*known, *near])}"
    )


def _registered(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}
