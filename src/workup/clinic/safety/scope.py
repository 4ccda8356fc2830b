"""Which findings are denied, suspected, past, of the family, or only warned of: NegEx and ConText.

NegEx: Chapman et al., J Biomed Inform 2001;34:301. ConText: Harkema et al., J Biomed Inform 2009;42:839.
A trigger reaches over the words after it, or before it, up to a word that ends its reach or the end of the
sentence. The triggers are in `scope.yaml`; they and the code are our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from workup.clinic.entries import Entry, Text, parse
from workup.clinic.safety.reading import Status
from workup.clinic.safety.words import UNDER_WAY, Hit, Phrases, Word, split

FILE = resources.files("workup.clinic.safety") / "scope.yaml"

# The first of these that holds wins: advice about what nobody has is advice, not denial.
_ORDER: tuple[Status, ...] = ("hypothetical", "family", "absent", "past", "possible")
# A denial without a list reaches no further: NegEx's window of five words, widened for lay sentences.
_REACH = 8
# A part of a list of denied findings is shorter than this; a longer one is a new statement.
_LISTED = 5
# The last part of a list, which begins or joins with "or", may be this long.
_LISTED_LAST = 7
_AND = {"or", "nor"}
_DURATION = 3
_OPENING = 5
# "Should we wait?" asks; "Should fever occur" advises.
_ASKING = {"i", "we", "he", "she", "they", "it", "you", "my", "our", "the", "this"}
_PRONOUNS = {"he", "she", "him", "her", "his", "he's", "she's", "hers"}
_KIN = re.compile(
    r"(?:grand)?(?:mother|father|ma|pa)(?:'s)?|dad|mum|mom|brother|sister|aunt|uncle|cousin|gran|nan|(?:uncle|aunt)'s"
)
# The patient is the speaker, or stands in the heading of a note.
_ANOTHER = re.compile(
    r"\b(?:I'm|I am|I feel|I have|I only|I want|I just|I get|I can|my own|myself)\b"
    r"|\b\d{1,3}\s?(?:y/?o\s?)?[MF]\b|\b[MF],?\s\d|\b\d{1,3}[- ]years?[- ]old\b"
)


class Triggers(Entry):
    """Words that act on the findings after them, and on those before them."""

    before: tuple[Text, ...]
    after: tuple[Text, ...] = ()


class _File(Entry):
    absent: Triggers
    possible: Triggers
    past: Triggers
    family: Triggers
    hypothetical: Triggers
    affirmed: tuple[Text, ...]
    labels: tuple[Text, ...]
    lists: tuple[Text, ...]
    ends: tuple[Text, ...]
    ends_all: tuple[Text, ...]


_Role = Literal["before", "after", "opening", "affirmed", "label", "list", "end", "end of all"]


@dataclass(frozen=True)
class _Trigger:
    role: _Role
    status: Status = "present"


@dataclass(frozen=True)
class Scope:
    """The words from `first` up to, not including, `last` have a status because of the words of `trigger`."""

    status: Status
    first: int
    last: int
    trigger: range


@cache
def _triggers() -> Phrases[_Trigger]:
    file = parse(FILE.read_text(encoding="utf-8"), FILE.name, _File)
    phrases: Phrases[_Trigger] = Phrases()
    for status in _ORDER:
        triggers: Triggers = getattr(file, status)
        for phrase in triggers.before:
            phrases.add(phrase, _Trigger("before", status))
        for phrase in triggers.after:
            phrases.add(phrase, _Trigger("after", status))
    phrases.add("should", _Trigger("opening", "hypothetical"))
    roles: tuple[tuple[_Role, tuple[str, ...]], ...] = (
        ("affirmed", file.affirmed), ("label", file.labels), ("list", file.lists),
        ("end", file.ends), ("end of all", file.ends_all),
    )  # fmt: skip
    for role, listed in roles:
        for phrase in listed:
            phrases.add(phrase, _Trigger(role))
    return phrases


@lru_cache(maxsize=UNDER_WAY)
def scopes(text: str) -> tuple[Scope, ...]:
    """Every scope in the text, the one that wins first; its words are those of `split`."""
    words = split(text)
    found = _Found(words, text, list(_triggers().find(words)))
    return tuple(sorted(found.scopes(), key=lambda scope: _ORDER.index(scope.status)))


def status_of(places: Sequence[range], scopes: Sequence[Scope]) -> Status:
    """The status of a finding said by the words at `places`.

    A trigger that is among the finding's own words ("no urine") does not deny it.
    """
    for scope in scopes:
        if any(scope.first <= place.start < scope.last for place in places) and not any(
            set(place) & set(scope.trigger) for place in places
        ):
            return scope.status
    return "present"


def _kin_is_patient(words: Sequence[Word], text: str) -> bool:
    """Whether the text is about a relative: it begins with one and says "she", or tells of nobody else.

    In doubt it is so: a sign of the patient that is taken for the family's would be missed.
    """
    begins = any(_KIN.fullmatch(word.lower) for word in words[:_OPENING])
    goes_on = any(word.lower in _PRONOUNS for word in words)
    return (begins and goes_on) or not _ANOTHER.search(text)


class _Found:
    """The triggers of one text, and how far each reaches."""

    def __init__(self, words: Sequence[Word], text: str, hits: Sequence[Hit[_Trigger]]) -> None:
        self._words, self._text, self._hits = words, text, hits
        self._affirmed = [range(hit.first, hit.last) for hit in hits if hit.label.role == "affirmed"]
        self._lists = {hit.first for hit in hits if hit.label.role == "list"}
        self._ends_all = {hit.first for hit in hits if hit.label.role == "end of all"}
        self._kin_is_patient = _kin_is_patient(words, text)
        self._ends = self._ends_all | {hit.first for hit in hits if hit.label.role == "end"}

    def scopes(self) -> Iterator[Scope]:
        for hit in self._hits:
            role, status = hit.label.role, hit.label.status
            own = range(hit.first, hit.last)
            if status == "absent" and self._is_affirmed(own):
                continue
            if status == "family" and self._kin_is_patient and self._says_kin(own):
                continue
            if role == "opening":
                if self._advises(own):
                    yield Scope(status, hit.last, self._sentence_end(hit.last), own)
            elif role == "label" and self._text[self._words[hit.last - 1].end :].startswith(":"):
                yield Scope("absent", hit.last, self._sentence_end(hit.last), own)
            elif role == "before" and not self._is_present_illness(hit):
                yield Scope(status, hit.last, self._reach(hit), own)
            elif role == "after":
                yield Scope(status, self._part_start(hit.first), hit.first, own)

    def _advises(self, own: range) -> bool:
        """Whether "should" opens a sentence as "if" would: "Should fever occur", no question."""
        opens = not own.start or self._words[own.start - 1].sentence != self._words[own.start].sentence
        if not opens or own.stop == len(self._words):
            return False
        last = self._words[self._sentence_end(own.stop) - 1]
        asks = self._text[last.end :].lstrip().startswith("?")
        return not asks and self._words[own.stop].lower not in _ASKING

    def _says_kin(self, own: range) -> bool:
        return any(_KIN.fullmatch(self._words[n].lower) for n in own)

    def _is_affirmed(self, own: range) -> bool:
        return any(a.start <= own.start and own.stop <= a.stop for a in self._affirmed)

    def _is_present_illness(self, hit: Hit[_Trigger]) -> bool:
        """ "3 day history of fever" tells of today."""
        before = self._words[max(0, hit.first - _DURATION) : hit.first]
        return self._words[hit.first].lower in {"history", "hx"} and any(
            word.text[0].isdigit() and word.sentence == self._words[hit.first].sentence for word in before
        )

    def _sentence_end(self, position: int) -> int:
        start = self._words[position - 1]
        while position < len(self._words) and self._words[position].sentence == start.sentence:
            position += 1
        return position

    def _part_start(self, position: int) -> int:
        first, part = position, self._words[position].part
        sentence = self._words[position].sentence
        while first > 0 and position - first < _REACH and (first - 1) not in self._ends:
            before = self._words[first - 1]
            # "Neck stiffness: absent" is one statement in two parts.
            if before.sentence != sentence or (before.part != part and not self._colon_after(before)):
                break
            part = before.part
            first -= 1
        return first

    def _colon_after(self, word: Word) -> bool:
        return self._text[word.end :].lstrip().startswith(":")

    def _reach(self, hit: Hit[_Trigger]) -> int:
        """Where the reach of a trigger before the findings ends."""
        sentence_end = self._sentence_end(hit.last)
        if hit.label.status in {"past", "family", "hypothetical"}:
            stops = [n for n in range(hit.last, sentence_end) if n in self._ends_all]
            return stops[0] if stops else sentence_end
        is_list = hit.first in self._lists
        position, part = hit.last, self._words[hit.last - 1].part
        while position < sentence_end and position not in self._ends:
            if self._words[position].part != part:
                if not self._goes_on(position, sentence_end, is_list):
                    break
                part = self._words[position].part
            if not is_list and position - hit.last >= _REACH and part == self._words[hit.first].part:
                break
            position += 1
        return position

    def _goes_on(self, position: int, sentence_end: int, is_list: bool) -> bool:
        """Whether the part of the sentence that begins here is one more denied finding of a list."""
        part = self._words[position].part
        members = [n for n in range(position, sentence_end) if self._words[n].part == part]
        most = _LISTED_LAST if any(self._words[n].lower in _AND for n in members) else _LISTED
        if len(members) >= most or any(self._words[n].text[0].isdigit() for n in members):
            return False
        return is_list or any(self._words[n].lower in _AND for n in range(position, sentence_end))
