"""Training and validation rows: by column, by a second source, or by a fraction of whole groups."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workup.data.rows import Row, as_text, rename, require_columns, require_values
from workup.data.sources import read
from workup.errors import DataError
from workup.recipe import Data

_SIDES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}


@dataclass(frozen=True)
class Split:
    """Rows to train on, rows to validate on, and how many rows are kept away from both (tests)."""

    train: Sequence[Row]
    validation: Sequence[Row]
    left_out: int = 0


def load(data: Data, needs: Mapping[str, str]) -> Split:
    """Read the recipe's data and divide it.

    `needs` maps every column the recipe's templates use to the recipe field that uses it. Cells of
    those columns must hold something.

    Raises:
        DataError: the data cannot be read, lacks a column or a value, or leaves a side empty.
    """
    extra = {
        "data.group": data.group,
        "data.split_column": data.split_column,
        "data.accepted": data.accepted,
        "data.strata": data.strata,
    }
    rows = _read(
        data, data.source, {**needs, **{column: user for user, column in extra.items() if column}}, needs
    )
    if data.split == "source":
        assert data.validation_source is not None
        split = Split(rows, _read(data, data.validation_source, needs, needs))
    elif data.split == "column":
        split = _by_column(rows, data)
    elif data.split == "fraction":
        split = _by_fraction(rows, data)
    else:
        split = Split(rows, [])
    return _limited(split, data)


def load_test(data: Data, source: str, needs: Mapping[str, str]) -> list[Row]:
    """All rows of another source, to be tested on; only the templates' columns are asked for.

    Raises:
        DataError: the source cannot be read, or lacks a column or a value.
    """
    return _read(data, source, needs, needs)


def _read(data: Data, source: str, columns: Mapping[str, str], filled: Mapping[str, str]) -> list[Row]:
    rows = rename(read(source), data.columns)
    require_columns(rows, columns, source)
    require_values(rows, filled)
    return rows


def _by_column(rows: Sequence[Row], data: Data) -> Split:
    assert data.split_column is not None
    sides: dict[str, list[Row]] = {"train": [], "validation": [], "test": []}
    for row in rows:
        value = as_text(row.values.get(data.split_column))
        side = _SIDES.get(value.lower())
        if side is None:
            raise DataError(
                f"{row.place}: column {data.split_column!r} says {value!r}; "
                f"it must say one of {', '.join(_SIDES)}"
            )
        sides[side].append(row)
    for side in ("train", "validation"):
        if not sides[side]:
            raise DataError(f"{data.source}: column {data.split_column!r} marks no row as {side}")
    return Split(sides["train"], sides["validation"], len(sides["test"]))


def _by_fraction(rows: Sequence[Row], data: Data) -> Split:
    groups: dict[str, list[Row]] = {}
    for number, row in enumerate(rows):
        key = as_text(row.values.get(data.group)) if data.group else str(number)
        groups.setdefault(key, []).append(row)
    if len(groups) < 2:
        raise DataError(
            f"{data.source}: {len(groups)} group of rows cannot be divided; "
            "set data.split to 'none', or give more rows"
        )
    keys = list(groups)
    random.Random(data.seed).shuffle(keys)
    held_out: set[str] = set()
    wanted = max(1, round(len(rows) * data.validation_fraction))
    for key in keys[:-1]:
        if sum(len(groups[k]) for k in held_out) >= wanted:
            break
        held_out.add(key)
    return Split(
        [row for key, members in groups.items() if key not in held_out for row in members],
        [row for key, members in groups.items() if key in held_out for row in members],
    )


def _limited(split: Split, data: Data) -> Split:
    if data.limit is None or data.limit >= len(split.train):
        return split
    kept = sorted(random.Random(data.seed).sample(range(len(split.train)), data.limit))
    return Split([split.train[i] for i in kept], split.validation, split.left_out)
