"""What two sets of texts share, or one set with itself: copies, near-copies, templates. Any size."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from workup.data.copies import Index
from workup.data.nearest import normalise
from workup.data.template import frame

# From the strongest relation to the weakest; a pair counts under the strongest it has.
Kind = Literal["exact", "normalised", "near", "template"]
KINDS: tuple[Kind, ...] = ("exact", "normalised", "near", "template")

_CHUNK = 2000


@dataclass(frozen=True)
class Pair:
    """A text and the one it overlaps most: positions, kind, edit similarity of the normalised texts."""

    index: int
    other: int
    kind: Kind
    similarity: float


@dataclass(frozen=True)
class Distinct:
    """How many texts there are, how many differ, and how many differ in more than case, marks and digits."""

    texts: int
    exact: int
    normalised: int


def distinct(texts: Sequence[str]) -> Distinct:
    """Count what repeats within one set."""
    return Distinct(len(texts), len(set(texts)), len({normalise(text) for text in texts}))


def count(pairs: Sequence[Pair]) -> dict[Kind, int]:
    """Texts by the kind of their overlap; every kind is present."""
    counts = Counter(pair.kind for pair in pairs)
    return {kind: counts[kind] for kind in KINDS}


def between(texts: Sequence[str], others: Sequence[str]) -> list[Pair]:
    """For each text that overlaps `others` the pair with the strongest relation.

    Large sets are compared in several processes, one a core.
    """
    finder = _Finder(others)
    if len(texts) <= _CHUNK:
        return [pair for index, text in enumerate(texts) if (pair := finder.find(index, text))]
    with multiprocessing.Pool(_cores(), _share, (finder, texts)) as pool:
        parts = pool.imap(_find_chunk, range(0, len(texts), _CHUNK))
        return [pair for part in parts for pair in part]


def within(texts: Sequence[str]) -> list[Pair]:
    """For each text that overlaps an earlier one of the same set the pair with the strongest relation."""
    finder = _Finder()
    pairs = []
    for number, text in enumerate(texts):
        pairs.append(finder.find(number, text))
        finder.add(text)
    return [pair for pair in pairs if pair]


def groups(texts: Sequence[str], templates: bool) -> list[int]:
    """A group number for each text: copies and near-copies, and on demand texts of one template, share it.

    Relations add up: where A is near B and B near C, all three are one group.
    """
    index = Index()
    links = []
    for number, text in enumerate(texts):
        links += [(number, match.index) for match in index.matches(text)]
        index.add(number, text)
    copies = _components(links, len(texts))
    if not templates:
        return copies
    return joined([copies, [frame(text) or number for number, text in enumerate(texts)]])


def joined(keys: Sequence[Sequence[Hashable]]) -> list[int]:
    """A group number for each row, given several keys a row: rows equal in any one key share a group."""
    links = []
    for column in keys:
        first: dict[Hashable, int] = {}
        links += [(number, first.setdefault(key, number)) for number, key in enumerate(column)]
    return _components(links, len(keys[0]))


def _components(links: Sequence[tuple[int, int]], size: int) -> list[int]:
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = np.array(links, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(links), dtype=np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    return [int(label) for label in labels]


class _Finder:
    """Texts under numbers, ready to be asked which of them another text overlaps most."""

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self._texts: list[str] = []
        self._index = Index()
        self._frames: dict[str, int] = {}
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        number = len(self._texts)
        self._texts.append(text)
        self._index.add(number, text)
        if form := frame(text):
            self._frames.setdefault(form, number)

    def find(self, number: int, text: str) -> Pair | None:
        if match := self._index.best(text):
            return Pair(number, match.index, match.kind, match.similarity)
        form = frame(text)
        if form not in self._frames:
            return None
        other = self._frames[form]
        similarity = fuzz.ratio(normalise(text), normalise(self._texts[other])) / 100
        return Pair(number, other, "template", similarity)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_shared: tuple[_Finder, Sequence[str]]


def _share(finder: _Finder, texts: Sequence[str]) -> None:
    global _shared
    _shared = (finder, texts)


def _find_chunk(start: int) -> list[Pair]:
    finder, texts = _shared
    chunk = enumerate(texts[start : start + _CHUNK], start)
    return [pair for index, text in chunk if (pair := finder.find(index, text))]
