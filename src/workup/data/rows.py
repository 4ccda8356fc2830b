"""A Row, an Example, and the rules by which raw rows become usable ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workup.errors import DataError, nearest

# What pandas writes where a value was missing. Words such as "none" are left alone: they are answers.
_MISSING_WORDS = {"", "nan", "<na>"}
_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """One record: its values by column name, and the place it was read from ("cases.csv:12")."""

    values: Mapping[str, Any]
    place: str


@dataclass(frozen=True)
class Example:
    """One thing to learn or to be tested on.

    `source` and `target` are the texts the model sees, prefix and template included; `content` is the
    source's own part, without prefix and template. `answers` are all answers that count as right, the
    expected one first. Examples of one `group` never stand on both sides of a split.
    """

    id: str
    source: str
    target: str
    content: str
    answers: tuple[str, ...]
    group: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, an empty list, or a word that stands for them."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    if isinstance(value, str):
        return value.strip().lower() in _MISSING_WORDS
    return isinstance(value, Sequence) and len(value) == 0


def as_text(value: Any) -> str:
    """A cell as it is put into a template; a list is joined by commas."""
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def rename(rows: Sequence[Row], columns: Mapping[str, str]) -> list[Row]:
    """Rows with each mapped column under the name that the recipe's templates use."""
    if not columns:
        return list(rows)
    return [
        Row({**row.values, **{name: row.values.get(column) for name, column in columns.items()}}, row.place)
        for row in rows
    ]


def require_columns(rows: Sequence[Row], columns: Mapping[str, str], source: str) -> None:
    """Refuse data that lacks a column the recipe names.

    `columns` maps each needed column to what needs it ("target.template").

    Raises:
        DataError: naming the column, who needs it, and the nearest column there is.
    """
    present = dict.fromkeys(key for row in rows for key in row.values)
    missing = [
        f"{source} has no column {column!r}, which {user} uses; {nearest(column, present)}"
        for column, user in columns.items()
        if column not in present
    ]
    if missing:
        raise DataError("\n".join(missing))


def require_values(rows: Sequence[Row], columns: Iterable[str]) -> None:
    """Refuse rows with nothing in a column that the recipe's templates use.

    Raises:
        DataError: naming file, line and column of the first ten such cells, and their number.
    """
    empty = [
        f"{row.place}: column {column!r} is empty or NaN"
        for row in rows
        for column in columns
        if is_missing(row.values.get(column))
    ]
    if empty:
        more = f"\n... and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else ""
        remedy = "\nFill these cells or remove the rows; nothing is dropped silently."
        raise DataError("\n".join(empty[:_SHOWN]) + more + remedy)
