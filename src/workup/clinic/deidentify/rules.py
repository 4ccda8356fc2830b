"""A rule: a kind of identifier, the pattern that finds it, where it is tried, and what else must hold.

Most rules begin at a cue ("MRN", "Mrs", "born"). The words of a text are therefore looked up once in the
table of all cues, and a cued pattern is tried only where its cue stands: a text without cues costs next to
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# Units and counted things: a number before one of them is a quantity, whatever it looks like.
UNIT = (
    r"(?:[mkµu]?g|mcg|ng|pg|[mkµun]?mol|m?[IU]?U|units?|iu|[mc]m|km|[mdµ]?[Ll]|kPa|mmHg|Hz|ms|bpm|kcal|copies"
    r"|cells|tablets?|tabs?|puffs?|drops?|doses?|days?|weeks?|months?|hours?|hrs?|min(?:ute)?s?|nights?|times"
    r"|occasions|x10|×)"
)
_WORD = re.compile(r"[^\W\d_]+")


class Span(NamedTuple):
    """Where an identifier stands: characters `start` to `end` of the text, and its kind."""

    start: int
    end: int
    kind: str


class Page:
    """A text, and where in it the cue words stand."""

    def __init__(self, text: str, cues: frozenset[str]) -> None:
        self.text = text
        self._places: dict[str, list[int]] = {}
        for match in _WORD.finditer(text):
            word = match.group().lower()
            if word in cues:
                self._places.setdefault(word, []).append(match.start())

    def places(self, words: frozenset[str]) -> list[int]:
        """Where any of the words stands."""
        return [place for word, places in self._places.items() if word in words for place in places]

    def holds_any(self, words: frozenset[str]) -> bool:
        """Whether one of the words is there."""
        return not words.isdisjoint(self._places)


@dataclass(frozen=True)
class Cue:
    """Phrases that announce an identifier, in any case: what a pattern begins with.

    Written with bars between them; a phrase is plain text, where a blank stands for any one white space.
    `pattern` is an expression for all of them, `either` the same without a look at what stands before, and
    `words` are their first words.
    """

    phrases: str
    either: str = field(init=False)
    pattern: str = field(init=False)
    words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        phrases = sorted((phrase.strip() for phrase in self.phrases.split("|")), key=len, reverse=True)
        escaped = "|".join(re.escape(phrase).replace(r"\ ", r"\s") for phrase in phrases)
        object.__setattr__(self, "either", rf"(?i:{escaped})(?![^\W\d_])")
        object.__setattr__(self, "pattern", rf"(?<![\w@]){self.either}")
        object.__setattr__(self, "words", frozenset(_first_word(phrase) for phrase in phrases))


def _first_word(phrase: str) -> str:
    found = _WORD.match(phrase)
    assert found, f"a cue must begin with a letter: {phrase!r}"
    return found.group().lower()


@dataclass(frozen=True)
class Rule:
    """Finds one kind of identifier.

    `pattern`: what it looks like; the group `x` is replaced where there is one, else the whole match.
    `cue`: what the pattern begins with; without one it is tried everywhere. `among`: words of which the text
    must hold one, and `needs`: what it must match, for the pattern to be tried at all. `holds` is asked last.
    `words` are those whose places in the text the rule asks for.
    """

    kind: str
    pattern: re.Pattern[str]
    cue: Cue | None = None
    among: frozenset[str] = frozenset()
    needs: re.Pattern[str] | None = None
    holds: Callable[[re.Match[str]], bool] | None = None
    words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", self.cue.words if self.cue else self.among)

    def find(self, page: Page) -> Iterator[Span]:
        """All places where the rule fires."""
        group = "x" if "x" in self.pattern.groupindex else 0
        for match in self.matches(page):
            yield Span(match.start(group), match.end(group), self.kind)

    def matches(self, page: Page) -> Iterator[re.Match[str]]:
        """The matches that hold, at the cues or everywhere."""
        if self.words and not page.holds_any(self.words):
            return
        if self.needs and not self.needs.search(page.text):
            return
        for match in self._tries(page):
            if match and (self.holds is None or self.holds(match)):
                yield match

    def _tries(self, page: Page) -> Iterator[re.Match[str] | None]:
        if self.cue is None:
            return self.pattern.finditer(page.text)
        return (self.pattern.match(page.text, place) for place in page.places(self.cue.words))
