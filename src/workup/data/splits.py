"""Training and validation rows: by column, by a second source, or by a fraction of whole groups."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from workup.data import overlap
from workup.data.rows import BadRow, Row, as_text, refuse, rename, require_columns, require_values, separate
from workup.data.sources import require_rows, stream
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
    """Rows to train on, rows to validate on, how many are kept away from both (tests), and what was dropped.

    `skipped` holds the unusable rows that the recipe allowed to be dropped.
    """

    train: Sequence[Row]
    validation: Sequence[Row]
    left_out: int = 0
    skipped: Sequence[BadRow] = ()


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
    rows, bad = _read(data, data.source, {**needs, **{c: user for user, c in extra.items() if c}}, needs)
    further: list[list[Row]] = []
    for source in filter(None, (data.validation_source, data.extra_source)):
        more, also_bad = _read(data, source, needs, needs)
        further.append(more)
        bad += also_bad
    refuse(bad, data.skip_bad)
    if data.split == "source":
        split = Split(rows, further.pop(0))
    elif data.split == "column":
        split = _by_column(rows, data)
    elif data.split == "fraction":
        split = _by_fraction(rows, data, _groups(rows, data, needs))
    else:
        split = Split(rows, [])
    train = [*_limited(split.train, data), *(further[0] if further else [])]
    return Split(train, split.validation, split.left_out, bad)


def load_test(data: Data, source: str, needs: Mapping[str, str]) -> list[Row]:
    """All rows of another source, to be tested on; only the templates' columns are asked for.

    No row is ever dropped from a test.

    Raises:
        DataError: the source cannot be read, lacks a column, or holds a row that cannot be used.
    """
    rows, bad = _read(data, source, needs, needs)
    refuse(bad)
    return rows


def _read(
    data: Data, source: str, columns: Mapping[str, str], filled: Mapping[str, str]
) -> tuple[list[Row], list[BadRow]]:
    rows, bad = separate(stream(source))
    if bad and not rows:
        refuse(bad)
    rows = rename(require_rows(rows, source), data.columns)
    require_columns(rows, columns, source)
    rows, empty = separate(require_values(row, filled) for row in rows)
    return rows, bad + empty


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


def _groups(rows: Sequence[Row], data: Data, needs: Mapping[str, str]) -> list[int]:
    """A group number for each row: rows that share one must stay on one side."""
    links: list[Sequence[Hashable]] = []
    if data.group:
        links.append([as_text(row.values.get(data.group)) for row in rows])
    if data.keep_together != "none":
        columns = [column for column, user in needs.items() if user.startswith("prompt")]
        texts = ["\n".join(as_text(row.values[column]) for column in columns) for row in rows]
        links.append(overlap.groups(texts, templates=data.keep_together == "templates"))
    return overlap.joined(links) if links else list(range(len(rows)))


def _by_fraction(rows: Sequence[Row], data: Data, numbers: Sequence[int]) -> Split:
    groups: dict[int, list[Row]] = {}
    for number, row in zip(numbers, rows, strict=True):
        groups.setdefault(number, []).append(row)
    if len(groups) < 2:
        raise DataError(
            f"{data.source}: {len(groups)} group of rows cannot be divided; "
            "set data.split to 'none', or give more rows"
        )
    keys = list(groups)
    random.Random(data.seed).shuffle(keys)
    held_out: set[int] = set()
    wanted = max(1, round(len(rows) * data.validation_fraction))
    for key in keys[:-1]:
        if sum(len(groups[k]) for k in held_out) >= wanted:
            break
        held_out.add(key)
    return Split(
        [row for key, members in groups.items() if key not in held_out for row in members],
        [row for key, members in groups.items() if key in held_out for row in members],
    )


def _limited(train: Sequence[Row], data: Data) -> Sequence[Row]:
    if data.limit is None or data.limit >= len(train):
        return train
    return [train[i] for i in sorted(random.Random(data.seed).sample(range(len(train)), data.limit))]
