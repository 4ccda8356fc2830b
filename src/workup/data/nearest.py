"""Near-copies between two sets of texts, by comparing every pair: is a test really training data?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Lee et al. 2022, "Deduplicating Training Data Makes Language Models Better", call two texts
# near-duplicates above an edit similarity of 0.8.
NEAR_COPY = 0.8

_DIGIT, _MARK = re.compile(r"\d"), re.compile(r"[^\w\s]|_")


@dataclass(frozen=True)
class Neighbour:
    """The most similar text of the other set: its position there and the similarity, 0 to 1."""

    index: int
    similarity: float

    @property
    def is_near_copy(self) -> bool:
        """Whether the two texts count as copies of each other."""
        return self.similarity >= NEAR_COPY


def normalise(text: str) -> str:
    """The text without what a copy is changed in first: case, punctuation, white space, digits."""
    return " ".join(_MARK.sub(" ", _DIGIT.sub("0", text.lower())).split())


def nearest(texts: Sequence[str], others: Sequence[str]) -> list[Neighbour]:
    """For each text its nearest neighbour among `others`, by edit similarity of the normalised texts.

    Compares every pair: meant for sets of some thousands.

    Raises:
        ValueError: `others` is empty.
    """
    from rapidfuzz import fuzz, process

    if not others:
        raise ValueError("there is no text to compare with")
    similarities = process.cdist(
        [normalise(text) for text in texts],
        [normalise(other) for other in others],
        scorer=fuzz.ratio,
        workers=-1,
    )
    best = similarities.argmax(axis=1)
    return [Neighbour(int(i), float(row[i]) / 100) for i, row in zip(best, similarities, strict=True)]
