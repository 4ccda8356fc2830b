"""How much an input tells: of two words the probabilities mean nothing, whatever the model says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from workup.clinic.lexicon import findings as lexicon
from workup.clinic.safety import Reading, Words
from workup.clinic.safety.scope import scopes
from workup.clinic.safety.words import Word, split

# No validation case of the case book tells less, as free text or as findings (docs/diagnose.md).
LEAST = 3
_COUNTS = {"present", "possible"}
# Some names say that there is nothing: "no symptoms", "normal ECG".
_NOTHING = ("no ", "normal ", "absence of ")
# "And", "her" and "3" say nothing by themselves.
_SHORTEST = 4

_Span = tuple[int, int]


def told(reading: Reading) -> int:
    """How many findings an input tells; what is denied, past or of the family is none.

    Findings of the lexicon and measured values count. Danger signs count where none of these was read, and
    elsewhere, since patients tell much in words of their own, each part of a sentence as one: what stands
    between commas and is neither an age nor a heading, and in which nothing is denied.
    """
    known = [one for one in reading.findings if one.name in lexicon() or one.name.startswith(_NOTHING)]
    found = {one.name for one in known if one.status in _COUNTS and not one.name.startswith(_NOTHING)}
    read = _places([one.words for one in known]) + _places([value.words for value in reading.values])
    signs = [one.words for one in reading.findings if one not in known and one.status in _COUNTS]
    further = _further(_places(signs), read)
    words = split(reading.text)
    # A sign may reach over several parts; it stands for the one where it begins.
    read += [*((start, start + 1) for start, _ in further), *_elsewhere(reading, words)]
    parts = [list(part) for _, part in groupby(words, lambda word: (word.sentence, word.part))]
    telling = [_span(part) for part in parts if _says(part, reading.text)]
    return len(found) + len(reading.values) + len(further) + len(_further(telling, read))


def _further(spans: Sequence[_Span], read: Sequence[_Span]) -> list[_Span]:
    """Those where nothing was read; of overlapping ones the first."""
    found: list[_Span] = []
    for start, end in spans:
        if not any(first < end and start < last for first, last in (*read, *found)):
            found.append((start, end))
    return found


def _elsewhere(reading: Reading, words: Sequence[Word]) -> Iterator[_Span]:
    """Where the age stands, and what is denied, past, of the family or only warned of."""
    if reading.age is not None:
        yield from _places([reading.age.words])
    for scope in scopes(reading.text):
        for place in (range(scope.first, scope.last), scope.trigger):
            if place and scope.status not in _COUNTS:
                yield _span(words[place.start : place.stop])


def _says(part: Sequence[Word], text: str) -> bool:
    """Whether a part of a sentence is more than a number, a small word, or a heading."""
    heading = text[part[-1].end :].startswith(":")
    return not heading and any(word.text.isalpha() and len(word.text) >= _SHORTEST for word in part)


def _span(words: Sequence[Word]) -> _Span:
    return words[0].start, words[-1].end


def _places(read: Sequence[Words]) -> list[_Span]:
    return [(words.start, words.end) for words in read]
