"""Findings in a text: those of the lexicon by their surface forms, and the danger signs of `signs.yaml`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from workup.clinic.entries import Entry, Text, parse
from workup.clinic.lexicon import findings as lexicon
from workup.clinic.safety.reading import Mention, Status, Words
from workup.clinic.safety.scope import Scope, scopes, status_of
from workup.clinic.safety.words import Hit, Phrases, Word
from workup.errors import DataError, nearest

FILE = resources.files("workup.clinic.safety") / "signs.yaml"

# The groups of one pattern stand within so many words.
_NEAR = 9
_UNLESS = -1
_CLOSE = 4


class Sign(Entry):
    """One danger sign: findings of the lexicon, patterns of words that say it, values that imply it.

    Words of `unless` close by take it back. A `circumstance` is who the patient is or what went before
    (pregnancy, a journey, a fall): it counts though past, and may be told beside the finding that it led to.
    """

    findings: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    values: tuple[Text, ...] = ()
    circumstance: bool = False
    unless: tuple[Text, ...] = ()


class _File(Entry):
    compounds: tuple[Text, ...]
    signs: dict[Text, Sign]


@dataclass(frozen=True)
class _Form:
    """A surface form of a finding of the lexicon; `denies` where a patient says it who has it not."""

    finding: str
    denies: bool = False


@dataclass(frozen=True)
class _Group:
    """One group of words of a pattern of a sign; the pattern has `of` groups."""

    sign: str
    pattern: int
    group: int
    of: int


@cache
def signs() -> dict[str, Sign]:
    """Every danger sign by its name.

    Raises:
        DataError: the file breaks the schema, or names a finding that the lexicon lacks.
    """
    found = _file().signs
    for name, sign in found.items():
        for finding in sign.findings:
            if finding not in lexicon():
                raise DataError(f"{FILE.name}: {name}: no finding {finding!r}; {nearest(finding, lexicon())}")
    return found


@cache
def _file() -> _File:
    return parse(FILE.read_text(encoding="utf-8"), FILE.name, _File)


@cache
def _compounds() -> Phrases[None]:
    phrases: Phrases[None] = Phrases()
    for phrase in _file().compounds:
        phrases.add(phrase, None)
    return phrases


@cache
def _forms() -> Phrases[_Form]:
    phrases: Phrases[_Form] = Phrases()
    for name, entry in lexicon().items():
        for form in (name, *entry.clinical, *entry.spelling, *entry.lay):
            # Two capitals mean too many things: "SI" is a joint too.
            if len(form) > 2:
                phrases.add(form, _Form(name))
        for form in entry.lay_absent:
            phrases.add(form, _Form(name, denies=True))
    return phrases


@cache
def _groups() -> Phrases[_Group]:
    phrases: Phrases[_Group] = Phrases()
    for name, sign in signs().items():
        for pattern, text in enumerate(sign.words):
            groups = text.split("&")
            for group, alternatives in enumerate(groups):
                for phrase in alternatives.split("|"):
                    phrases.add(phrase, _Group(name, pattern, group, len(groups)))
        for phrases_of in sign.unless:
            for phrase in phrases_of.split("|"):
                phrases.add(phrase, _Group(name, _UNLESS, 0, 1))
    return phrases


def mentions(text: str, words: Sequence[Word]) -> tuple[Mention, ...]:
    """The findings and danger signs that a text speaks of, in its order, each with its status."""
    return tuple(_Mentions(text, words).found())


class _Mentions:
    """The forms and patterns found in one text. Nothing reaches over the end of a sentence."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self._text, self._words = text, words
        compounds = [hit.place for hit in _compounds().find(words)]
        self._compounds = [c for c in compounds if words[c.start].part == words[c.stop - 1].part]
        self._forms = _longest(
            [hit for hit in _forms().find(words) if not _inside(hit.place, self._compounds)]
        )
        self._findings = [hit.place for hit in self._forms]
        self._scopes: defaultdict[int, list[Scope]] = defaultdict(list)
        denials = [Scope("absent", h.first, h.last, range(0)) for h in self._forms if h.label.denies]
        for scope in (*denials, *scopes(text)):
            if scope.first < scope.last:
                self._scopes[words[scope.first].sentence].append(scope)

    def found(self) -> list[Mention]:
        """Every mention once."""
        mentions = {self._lexical(hit) for hit in self._forms} | set(self._signs())
        return sorted(mentions, key=lambda m: (m.words.start, m.words.end, m.name, m.status))

    def _lexical(self, hit: Hit[_Form]) -> Mention:
        place = hit.place
        status = "absent" if hit.label.denies else self._status([place])
        return Mention(hit.label.finding, status, self._said([place]))

    def _signs(self) -> Iterator[Mention]:
        patterns: defaultdict[tuple[str, int, int], list[Hit[_Group]]] = defaultdict(list)
        for hit in _groups().find(self._words):
            if not _inside(hit.place, self._compounds):
                patterns[hit.label.sign, hit.label.pattern, self._words[hit.first].sentence].append(hit)
        for (sign, pattern, sentence), hits in patterns.items():
            if pattern == _UNLESS or len(hits) < hits[0].label.of:
                continue
            groups: list[list[range]] = [[] for _ in range(hits[0].label.of)]
            for hit in hits:
                groups[hit.label.group].append(hit.place)
            if not all(groups):
                continue
            taken_back = [h.place for h in patterns.get((sign, _UNLESS, sentence), ())]
            for first in groups[0]:
                if any(_near(first, place, _CLOSE) for place in taken_back):
                    continue
                if places := self._together(first, groups[1:], signs()[sign].circumstance):
                    yield Mention(sign, self._status(places), self._said(places))

    def _together(
        self, first: range, others: Sequence[Sequence[range]], circumstance: bool
    ) -> list[range] | None:
        """One place of every group near `first`; one not denied before a denied one."""
        places = [first]
        for group in others:
            near = [place for place in group if self._joins(first, place, circumstance)]
            if not near:
                return None
            places.append(
                min(near, key=lambda p: (self._status([first, p]) != "present", abs(p.start - first.start)))
            )
        return places

    def _joins(self, one: range, other: range, circumstance: bool) -> bool:
        """Whether two places can tell one thing. Over a comma, a word of another finding tells no finding."""
        if not _near(one, other) or set(one) & set(other):
            return False
        if circumstance or self._words[one.start].part == self._words[other.start].part:
            return True
        return not (_inside(one, self._findings) or _inside(other, self._findings))

    def _status(self, places: Sequence[range]) -> Status:
        return status_of(places, self._scopes.get(self._words[places[0].start].sentence, ()))

    def _said(self, places: Sequence[range]) -> Words:
        start = self._words[min(place.start for place in places)].start
        end = self._words[max(place.stop for place in places) - 1].end
        return Words(self._text[start:end], start, end)


def _longest(hits: Sequence[Hit[_Form]]) -> list[Hit[_Form]]:
    """Without the forms that stand inside a longer one: "pain" in "no chest pain"."""
    kept: list[Hit[_Form]] = []
    furthest = (-1, -1)
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        place = (hit.first, hit.last)
        if hit.last > furthest[1] or place == furthest:
            kept.append(hit)
            furthest = place
    return kept


def _inside(place: range, others: Sequence[range]) -> bool:
    """Whether it is a part of one of the others, and not all of it."""
    return any(
        other.start <= place.start and place.stop <= other.stop and len(place) < len(other)
        for other in others
    )


def _near(one: range, other: range, most: int = _NEAR) -> bool:
    return abs(one.start - other.start) <= most
