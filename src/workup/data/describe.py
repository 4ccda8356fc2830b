"""What a source holds, column by column."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workup.data.rows import Row, as_text, is_missing

_SHOWN = 40


@dataclass(frozen=True)
class Column:
    """One column: cells that hold something, distinct values, words a cell, and a value to look at.

    `example` is the commonest value with its count where values repeat, else the first one.
    """

    name: str
    filled: int
    distinct: int
    median_words: int
    most_words: int
    example: str


def describe(rows: Sequence[Row]) -> list[Column]:
    """Every column that any of the rows has, in the order they first appear."""
    names = dict.fromkeys(name for row in rows for name in row.values)
    return [_column(name, rows) for name in names]


def longest_column(rows: Sequence[Row]) -> str:
    """The column with the longest texts: the one that a model most likely reads."""
    return max(describe(rows), key=lambda column: column.median_words).name


def _column(name: str, rows: Sequence[Row]) -> Column:
    texts = [as_text(row.values[name]) for row in rows if not is_missing(row.values.get(name))]
    if not texts:
        return Column(name, 0, 0, 0, 0, "")
    words = [len(text.split()) for text in texts]
    counts = Counter(texts)
    value, times = counts.most_common(1)[0]
    shown = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
    example = f"{shown} ({times} times)" if times > 1 else shown
    return Column(name, len(texts), len(counts), int(statistics.median(words)), max(words), example)
