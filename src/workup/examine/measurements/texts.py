"""The rows as text: an evenly spread sample of them, and what an evaluation holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.sampling import LIMIT, spread, spread_positions
from workup.examine.parts import Missing

# What lies between two rows shows only where both are looked at. So many are read from a data set in seconds.
_MANY = 20_000


def plain(text: str) -> str:
    """A text without what nobody means by "another text": kind and amount of white space."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Texts:
    """Sampled rows whose source and target are both text, at their positions among `total` rows."""

    positions: tuple[int, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    total: int

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def sampled(self) -> dict[str, int]:
        """For the evidence: how many rows were looked at, where that is not all of them."""
        return {} if len(self) == self.total else {"rows looked at": len(self), "rows": self.total}


def sample_of(pairs: Sequence[Any], limit: int = LIMIT) -> Texts:
    """The rows of a sample that are text; others are left out."""
    found = []
    for position in spread_positions(len(pairs), limit):
        pair = pairs[position]
        source, target = getattr(pair, "source", None), getattr(pair, "target", None)
        if isinstance(source, str) and isinstance(target, str):
            found.append((position, source, target))
    return Texts(
        tuple(position for position, _, _ in found),
        tuple(source for _, source, _ in found),
        tuple(target for _, _, target in found),
        len(pairs),
    )


def train_texts(train_pairs: Sequence[Any]) -> Texts:
    """A sample of the training rows."""
    return sample_of(train_pairs)


def many_train_texts(train_pairs: Sequence[Any]) -> Texts:
    """A larger sample of the training rows, for what shows only between rows."""
    return sample_of(train_pairs, _MANY)


def eval_texts(eval_pairs: Sequence[Any]) -> Texts:
    """A sample of the evaluation rows."""
    return sample_of(eval_pairs)


@dataclass(frozen=True)
class Size:
    """How many rows an evaluation has, and how many of them differ."""

    rows: int
    distinct: int


def evaluation_size(
    eval_pairs: Sequence[Any] | None = None, eval_rows: Sequence[Mapping[str, Any]] | None = None
) -> Size:
    """The size of the evaluation, by its texts or else by its token ids."""
    if eval_pairs is not None:
        texts = sample_of(eval_pairs)
        distinct = len({*zip(map(plain, texts.sources), map(plain, texts.targets), strict=True)})
        return Size(len(eval_pairs), distinct)
    if eval_rows is None:
        raise Missing("eval_pairs")
    rows = spread(eval_rows)
    keys = {tuple(str(list(row[name])) for name in ("input_ids", "labels") if name in row) for row in rows}
    return Size(len(eval_rows), len(keys))


MEASUREMENTS = (train_texts, many_train_texts, eval_texts, evaluation_size)
