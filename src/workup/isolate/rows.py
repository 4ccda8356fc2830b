"""Two data sets as slices of the rows in which they differ, so that the guilty slice can be found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from workup.data.sources import read
from workup.errors import RecipeError
from workup.files import write_text
from workup.isolate.differences import Change, Difference, Pair, Side
from workup.trials.trial import digest

ROWS = "rows"


@dataclass(frozen=True)
class Edit:
    """The rows `good` (start, end) of the working data are, in the failing data, its rows `bad`."""

    good: tuple[int, int]
    bad: tuple[int, int]


class RowsPair(Pair):
    """A pair of recipes whose `data.source` is several differences: slices of the rows that differ.

    A mixture of both is written to `folder` as JSON lines.

    Args:
        slices: how many differences, at most, the rows become.

    Raises:
        RecipeError: the two sides name the same data.
        DataError: a data set cannot be read.
    """

    def __init__(
        self,
        good: Side,
        bad: Side,
        folder: Path,
        slices: int,
        test: str | None = None,
        *,
        answered: bool = True,
    ) -> None:
        super().__init__(good, bad, test, answered=answered)
        sources = good.recipe.data.source, bad.recipe.data.source
        if sources[0] == sources[1]:
            raise RecipeError(f"both sides read {sources[0]}: there are no rows to tell apart")
        self._folder = folder
        self._rows = [[json.dumps(row.values, default=str) for row in read(source)] for source in sources]
        edits = list(_edits(*self._rows))
        self._slices = {_name(part): part for part in _parts(edits, slices)}
        rows = [Difference((_change(name, part),)) for name, part in self._slices.items()]
        others = [one for one in self.differences if one.name != "data.source"]
        self.differences = (*rows, *others)

    def mixed(self, changed: Iterable[str]) -> Side:
        """See `Pair.mixed`; the data is the working one with some slices as in the failing one."""
        names = set(changed)
        chosen = [name for name in self._slices if name in names]
        side = super().mixed(names - self._slices.keys())
        if not chosen:
            return side
        source = self.bad.recipe.data.source
        if len(chosen) < len(self._slices):
            source = str(self._written([edit for name in chosen for edit in self._slices[name]]))
        return Side(side.recipe.change("data.source", source), side.environment)

    def _written(self, edits: Sequence[Edit]) -> Path:
        good, bad = self._rows
        rows: list[str] = []
        done = 0
        for edit in edits:
            rows += good[done : edit.good[0]] + bad[slice(*edit.bad)]
            done = edit.good[1]
        rows += good[done:]
        path = self._folder / ROWS / f"{digest(rows)[:16]}.jsonl"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, "".join(f"{row}\n" for row in rows))
        return path


def _edits(good: Sequence[str], bad: Sequence[str]) -> Iterator[Edit]:
    """The rows that differ, each by itself, in the order of the data."""
    if len(good) == len(bad):
        # Row beside row: data that was changed in place, of any size.
        yield from (Edit((n, n + 1), (n, n + 1)) for n, row in enumerate(good) if row != bad[n])
        return
    for kind, *spans in SequenceMatcher(None, good, bad, autojunk=False).get_opcodes():
        if kind != "equal":
            left, right = range(*spans[:2]), range(*spans[2:])
            for here, there in zip_longest(left, right):
                yield Edit(_span(here, left.stop), _span(there, right.stop))


def _span(row: int | None, end: int) -> tuple[int, int]:
    return (end, end) if row is None else (row, row + 1)


def _parts(edits: Sequence[Edit], count: int) -> Iterator[Sequence[Edit]]:
    """At most `count` runs of neighbouring edits, of nearly the same length."""
    count = min(count, len(edits))
    for part in range(count):
        yield edits[part * len(edits) // count : (part + 1) * len(edits) // count]


def _name(part: Sequence[Edit]) -> str:
    """By the first and last row of the failing data; rows it only lacks, by those of the working data."""
    if any(edit.bad[0] < edit.bad[1] for edit in part):
        return f"{ROWS}.{part[0].bad[0] + 1}-{part[-1].bad[1]}"
    return f"{ROWS}.removed-{part[0].good[0] + 1}-{part[-1].good[1]}"


def _change(name: str, part: Sequence[Edit]) -> Change:
    removed = sum(edit.good[1] - edit.good[0] for edit in part)
    added = sum(edit.bad[1] - edit.bad[0] for edit in part)
    return Change(name, f"{removed} rows", f"{added} rows")
