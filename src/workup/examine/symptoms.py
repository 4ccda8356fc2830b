"""What an output looks like: pure functions on ids and texts, without a model or a tokenizer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

# A letter of a script that puts no spaces between words counts as a word of its own.
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|[^\w\s]")
_SENTINEL = re.compile(r"\s*(?:<(?:pad|s|/s)>\s*)*<extra_id_\d+>")
# The signs by which SentencePiece and byte-level vocabularies write a space, and byte-level a line break.
_SPACE_SIGNS = ("▁", "Ġ", "Ċ")
# Shorter copies are names and phrases that an answer owes to its source.
_COPIED_RUN = 4
# A loop is one passage at least this often in succession; up to so many pieces long.
_REPEATS = 3
_LONGEST_LOOP = 12


@dataclass(frozen=True)
class Frame:
    """The ids that frame an answer: what a decoder starts with, pads and ends with."""

    starts: frozenset[int] = frozenset()
    pads: frozenset[int] = frozenset()
    ends: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Said:
    """The ids of an answer without its frame, and whether it came to an end of its own."""

    tokens: tuple[int, ...]
    ended: bool

    @property
    def length(self) -> int:
        """How many tokens were generated, the end included."""
        return len(self.tokens) + self.ended


def said(ids: Sequence[int], frame: Frame) -> Said:
    """What stands between the start and the first end, or the trailing pads where there is no end."""
    tokens = [int(token) for token in ids if int(token) >= 0]
    if tokens and tokens[0] in frame.starts:
        tokens = tokens[1:]
    for place, token in enumerate(tokens):
        if token in frame.ends:
            return Said(tuple(tokens[:place]), True)
    while tokens and tokens[-1] in frame.pads:
        tokens.pop()
    return Said(tuple(tokens), False)


def pieces(text: str) -> list[str]:
    """The words and punctuation marks of a text, in small letters."""
    return _PIECE.findall(text.casefold())


def is_empty(text: str) -> bool:
    """Whether nothing can be seen of it."""
    return not text.strip()


def is_pad_loop(ids: Sequence[int], frame: Frame) -> bool:
    """Whether nothing but pads was generated: no end among them, and more than the one that starts."""
    pads = frame.pads - frame.ends
    return len(ids) > 2 and all(int(token) in pads for token in ids)


def begins_with_sentinel(text: str) -> bool:
    """Whether it begins as a T5 does that fills masked spans."""
    return _SENTINEL.match(text) is not None


def echo_share(text: str, source: str) -> float:
    """The share of a text that lies in passages of four pieces or more copied from the source."""
    said_, given = pieces(text), pieces(source)
    runs = {tuple(given[n : n + _COPIED_RUN]) for n in range(len(given) - _COPIED_RUN + 1)}
    copied = [False] * len(said_)
    for n in range(len(said_) - _COPIED_RUN + 1):
        if tuple(said_[n : n + _COPIED_RUN]) in runs:
            copied[n : n + _COPIED_RUN] = [True] * _COPIED_RUN
    return sum(copied) / len(said_) if said_ else 0.0


def repetition_share(items: Sequence[Hashable]) -> float:
    """The share of the items that lies in the longest loop: one passage three times or more in succession."""
    longest = 0
    for period in range(1, min(_LONGEST_LOOP, len(items) // _REPEATS) + 1):
        run = 0
        for place in range(period, len(items)):
            run = run + 1 if items[place] == items[place - period] else 0
            if run >= (_REPEATS - 1) * period:
                longest = max(longest, run + period)
    return longest / len(items) if items else 0.0


def constant_share(texts: Sequence[str]) -> tuple[float, str]:
    """The share of the commonest text, and that text; (0, "") of none."""
    if not texts:
        return 0.0, ""
    text, count = Counter(text.strip() for text in texts).most_common(1)[0]
    return count / len(texts), text


def is_cut(text: str, expected: str) -> bool:
    """Whether it is a beginning of what was expected, and no more."""
    text, expected = text.strip(), expected.strip()
    return bool(text) and len(text) < len(expected) and expected.startswith(text)


def ends_inside_word(text: str, expected: str) -> bool:
    """Whether it is a beginning of what was expected that stops between two letters."""
    text, expected = text.strip(), expected.strip()
    return is_cut(text, expected) and text[-1].isalpha() and expected[len(text)].isalpha()


def lost_beginning(text: str, expected: str) -> str:
    """What is missing where a text is the end of what was expected, and no more than that; else ""."""
    text, expected = text.strip(), expected.strip()
    if not text or len(text) >= len(expected) or not expected.endswith(text):
        return ""
    return expected[: len(expected) - len(text)]


def left_marks(text: str, special: Collection[str]) -> tuple[str, ...]:
    """The special tokens and the space signs of a vocabulary that were left in a text."""
    return tuple(mark for mark in (*special, *_SPACE_SIGNS) if mark and mark in text)


def half_word(text: str, expected: str, known: Collection[str]) -> str:
    """A word that nobody knows, and with which a word of the expected begins or ends; else ""."""
    wanted = [word for word in pieces(expected) if len(word) > 1]
    for word in pieces(text):
        if word in known or not word.isalpha():
            continue
        if any(word != whole and (whole.startswith(word) or whole.endswith(word)) for whole in wanted):
            return word
    return ""


def best_shift(texts: Sequence[str], expected: Sequence[str], furthest: int) -> tuple[int, dict[int, float]]:
    """The distance at which texts meet what was expected of another row best, and the share for each.

    Shift 1: the texts are what was expected one row further down.
    """
    shares = {}
    for shift in range(-furthest, furthest + 1):
        met = [
            texts[n].strip() == expected[n + shift].strip()
            for n in range(len(texts))
            if 0 <= n + shift < len(expected)
        ]
        shares[shift] = sum(met) / len(met) if met else 0.0
    return max(shares, key=lambda shift: (shares[shift], -abs(shift))), shares
