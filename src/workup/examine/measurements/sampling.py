"""Which rows are looked at where there are too many to look at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
# Enough rows to see a fault that strikes one in a hundred, few enough to read in a second.
LIMIT = 2000


def spread_positions(total: int, limit: int = LIMIT) -> list[int]:
    """At most `limit` positions of `total`, evenly spread, in order."""
    count = min(total, limit)
    return [number * total // count for number in range(count)]


def spread(rows: Sequence[T], limit: int = LIMIT) -> list[T]:
    """At most `limit` of the rows, evenly spread, in order."""
    return [rows[position] for position in spread_positions(len(rows), limit)]
