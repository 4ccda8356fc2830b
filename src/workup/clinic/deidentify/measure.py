"""How much is found, measured on notes whose identifiers are marked: "Mrs {{NAME:Gonzalez}}"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from workup.clinic.deidentify import KINDS, Identifier, deidentify
from workup.errors import DataError
from workup.evaluation.metrics import Proportion

_MARK = re.compile(r"\{\{([A-Z]+):(.+?)\}\}", re.DOTALL)


@dataclass
class Measured:
    """Identifiers that were there and those found whole, by kind; false alarms; words; what was missed.

    An identifier is found when every character of it was replaced, under whatever kind. A replaced place that
    touches no identifier is a false alarm.
    """

    notes: int = 0
    words: int = 0
    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)

    @property
    def recall(self) -> Proportion:
        """Found of all that were there."""
        return Proportion(self.found.total(), self.there.total())

    def recall_of(self, kind: str) -> Proportion:
        """Found of those of one kind."""
        return Proportion(self.found[kind], self.there[kind])

    @property
    def false_alarms_per_1000_words(self) -> float:
        """False alarms in a thousand words of the notes."""
        return 1000 * len(self.false_alarms) / self.words if self.words else 0.0


def read_marked(text: str) -> tuple[str, list[Identifier]]:
    """A marked note as it would be written, and where its identifiers stand in it.

    Raises:
        DataError: a mark of a kind there is not, or one that is not closed.
    """
    plain, marks, reached = "", [], 0
    for match in _MARK.finditer(text):
        kind, inside = match.groups()
        if kind not in KINDS:
            raise DataError(
                f"the mark {{{{{kind}:...}}}} is of no kind there is; kinds are: {', '.join(KINDS)}"
            )
        plain += text[reached : match.start()]
        marks.append(Identifier(len(plain), len(plain) + len(inside), kind))
        plain += inside
        reached = match.end()
    plain += text[reached:]
    if "{{" in plain or "}}" in plain:
        raise DataError(f"a mark is not closed, or not of the form {{{{KIND:text}}}}, in: {plain[:60]!r}...")
    return plain, marks


def measure(notes: Iterable[str]) -> Measured:
    """De-identify marked notes and compare."""
    result = Measured()
    for note in notes:
        text, marks = read_marked(note)
        found = deidentify(text).found
        replaced = {position for place in found for position in range(place.start, place.end)}
        result.notes += 1
        result.words += len(text.split())
        for mark in marks:
            result.there[mark.kind] += 1
            if all(p in replaced for p in range(mark.start, mark.end) if not text[p].isspace()):
                result.found[mark.kind] += 1
            else:
                result.missed.append(f"{mark.kind} {text[mark.start : mark.end]!r}")
        for place in found:
            if not any(place.start < mark.end and mark.start < place.end for mark in marks):
                result.false_alarms.append(f"{place.kind} {text[place.start : place.end]!r}")
    return result
