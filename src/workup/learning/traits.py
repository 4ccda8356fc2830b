"""What of a text is compared to see drift: its findings, its length, its words that training lacks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workup.clinic.safety import read

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Traits:
    """Of one text: the findings it says are present, how many words it has, and the share of unknown ones."""

    findings: frozenset[str]
    words: int
    unknown: float


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each word stands."""
    return Counter(word for text in texts for word in set(_words(text)))


def traits_of(text: str, taught: Mapping[str, int], own: bool) -> Traits:
    """The traits of a text beside the words that are `taught`.

    Args:
        taught: in how many training texts each word stands.
        own: the text is one of these: a word that stands in no other one is unknown. Else training texts
            would have no unknown word, and everything would look like drift.
    """
    words = _words(text)
    unknown = sum(taught.get(word, 0) <= own for word in words)
    findings = frozenset(m.name for m in read(text).findings if m.status == "present")
    return Traits(findings, len(text.split()), unknown / len(words) if words else 0.0)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
