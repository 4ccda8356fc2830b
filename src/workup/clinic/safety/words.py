"""A text as words with their places, cut into sentences; and phrases found in it, all in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

# A text is read several times on its way to an answer: its findings, its denials, how much it tells. So many
# may be on their way at a time, in batches on several threads.
UNDER_WAY = 128

# A decimal number is one word; hyphens and slashes part words, so "c/o" and "right-sided" are two each.
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[+°%]")
# A question mark before a word ("?meningitis") asks whether it is so; it ends nothing.
_SENTENCE_END = re.compile(r"[!;\n•]|\?(?!\Z)|\.")
# Capitals of this length or less are abbreviations that are other words in small letters ("ER", "IT").
_ABBREVIATION = 4
_SHORTEST_PREFIX = 3
# "ae" and "oe" of British spelling: "haematoma" is found where "hematoma" is looked for.
_DIGRAPH = re.compile(r"[ao]e")


@dataclass(frozen=True)
class Word:
    """One word; `start` and `end` are its place in the text, `sentence` and `part` count from 0.

    A part of a sentence ends at a comma or a colon. `forms` are the keys of phrases that match the word.
    """

    text: str
    start: int
    end: int
    sentence: int
    part: int
    lower: str
    forms: tuple[str, ...]


@lru_cache(maxsize=UNDER_WAY)
def split(text: str) -> tuple[Word, ...]:
    """The words of a text in their order."""
    text = text.replace("’", "'").replace("‘", "'")
    words: list[Word] = []
    sentence = part = reached = 0
    for match in _WORD.finditer(text):
        between = text[reached : match.start()]
        if _SENTENCE_END.search(between):
            sentence, part = sentence + 1, 0
        elif "," in between or ":" in between:
            part += 1
        word = match.group()
        words.append(Word(word, match.start(), match.end(), sentence, part, word.lower(), _forms(word)))
        reached = match.end()
    return tuple(words)


Label = TypeVar("Label")


@dataclass(frozen=True)
class Hit(Generic[Label]):
    """A phrase found: the words from `first` up to, not including, `last`."""

    label: Label
    first: int
    last: int

    @property
    def place(self) -> range:
        """The numbers of its words."""
        return range(self.first, self.last)


@dataclass
class _Node(Generic[Label]):
    next: dict[str, _Node[Label]] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)


class Phrases(Generic[Label]):
    """Many phrases in one trie of words: finding them costs the same however many there are.

    A word ending in "*" stands for all words that begin so. Short words in capitals match only capitals.
    """

    def __init__(self) -> None:
        self._root: _Node[Label] = _Node()
        self._keys: set[str] = set()

    def add(self, phrase: str, label: Label) -> None:
        """Label a phrase; one phrase may bear several labels."""
        node = self._root
        for key in _keys(phrase):
            node = node.next.setdefault(key, _Node())
            self._keys.add(key)
        if label not in node.labels:
            node.labels.append(label)

    def find(self, words: Sequence[Word]) -> Iterator[Hit[Label]]:
        """Every phrase in the words, overlapping ones too; none reaches over the end of a sentence."""
        keys = self._keys  # of most words there is none, which is found out fast
        forms = [
            [] if keys.isdisjoint(word.forms) else [form for form in word.forms if form in keys]
            for word in words
        ]
        for first, word in enumerate(words):
            if not forms[first]:
                continue
            nodes, position = [self._root], first
            while nodes and position < len(words) and words[position].sentence == word.sentence:
                nodes = [node.next[form] for node in nodes for form in forms[position] if form in node.next]
                position += 1
                for node in nodes:
                    for label in node.labels:
                        yield Hit(label, first, position)


def _keys(phrase: str) -> list[str]:
    keys = []
    for piece in phrase.split():
        words = split(piece.removesuffix("*"))
        prefix = piece.endswith("*")
        for number, word in enumerate(words):
            if prefix and number == len(words) - 1:
                keys.append(f"{word.lower}*")
            elif _is_abbreviation(word.text):
                keys.append(f"={word.text}")
            else:
                keys.append(word.lower)
    return keys


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, ...]:
    """The keys that match a word: itself, its capitals, its beginnings, and these in American spelling."""
    lower = word.lower()
    forms = [f"={word}"] if _is_abbreviation(word) else []
    for spelled in (lower, _DIGRAPH.sub("e", lower)):
        forms += [spelled, *(f"{spelled[:n]}*" for n in range(_SHORTEST_PREFIX, len(spelled) + 1))]
    return tuple(dict.fromkeys(forms))


def _is_abbreviation(word: str) -> bool:
    return 2 <= len(word) <= _ABBREVIATION and word.isupper()
