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
class BadRow:
    """A record that cannot be used: its place, the field at fault ("" for the whole line), and why."""

    place: str
    field: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.field, self.reason) if part)


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


def rename(rows: Iterable[Row], columns: Mapping[str, str]) -> list[Row]:
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


def require_values(row: Row, columns: Iterable[str]) -> Row | BadRow:
    """The row itself, or what is wrong with it: nothing stands in a column that is needed."""
    for column in columns:
        if is_missing(row.values.get(column)):
            return BadRow(row.place, column, "empty or NaN")
    return row


def separate(records: Iterable[Row | BadRow]) -> tuple[list[Row], list[BadRow]]:
    """Usable rows and unusable ones, each in their order."""
    rows: list[Row] = []
    bad: list[BadRow] = []
    for record in records:
        if isinstance(record, Row):
            rows.append(record)
        else:
            bad.append(record)
    return rows, bad


def refuse(bad: Sequence[BadRow], allowed: int = 0) -> None:
    """Refuse more unusable rows than are allowed.

    Raises:
        DataError: naming place, field and reason of the first ten, and how many more there are.
    """
    if len(bad) <= allowed:
        return
    shown = "\n".join(map(str, bad[:_SHOWN]))
    more = f"\n... and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    number = "This row" if len(bad) == 1 else f"These {len(bad)} rows"
    raise DataError(
        f"{shown}{more}\n{number} cannot be used; mend or remove them, "
        f"or drop them, counted, with --skip-bad {len(bad)}"
    )
