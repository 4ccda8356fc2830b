"""Which of many texts is another text a copy of: found by MinHash, confirmed by edit similarity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workup.data.minhash import band_keys
from workup.data.nearest import NEAR_COPY, normalise

Kind = Literal["exact", "normalised", "near"]


@dataclass(frozen=True)
class Match:
    """A text that another one is a copy of: its position, how it is a copy, the similarity, 0 to 1."""

    index: int
    kind: Kind
    similarity: float


class Index:
    """Texts among which copies of another text are looked up, in time that hardly grows with their number.

    Exact copies and copies after `normalise` are always found; near-copies (edit similarity of the
    normalised texts >= 0.8) with high probability.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._exact: dict[str, int] = {}
        self._normalised: dict[str, int] = {}
        self._near: defaultdict[int, list[str]] = defaultdict(list)
        for index, text in enumerate(texts):
            self.add(index, text)

    def add(self, index: int, text: str) -> None:
        """Add a text under a number; of equal texts only the first is kept."""
        self._exact.setdefault(text, index)
        normal = normalise(text)
        if normal and normal not in self._normalised:
            self._normalised[normal] = index
            for key in band_keys(normal):
                self._near[key].append(normal)

    def best(self, text: str) -> Match | None:
        """The closest copy, or None."""
        if text in self._exact:
            return Match(self._exact[text], "exact", 1.0)
        return max(self.matches(text), key=lambda match: match.similarity, default=None)

    def matches(self, text: str) -> list[Match]:
        """A copy after `normalise` if there is one, else every near-copy."""
        from rapidfuzz import fuzz, process

        normal = normalise(text)
        if not normal:
            return []
        if normal in self._normalised:
            return [Match(self._normalised[normal], "normalised", 1.0)]
        candidates = {other for key in band_keys(normal) for other in self._near.get(key, ())}
        found = process.extract(
            normal, candidates, scorer=fuzz.ratio, score_cutoff=NEAR_COPY * 100, limit=None
        )
        return [Match(self._normalised[other], "near", score / 100) for other, score, _ in found]
