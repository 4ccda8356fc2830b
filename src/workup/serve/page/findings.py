"""What was understood of a text, as chips: a finding is said once, with who has it, and can be changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workup.clinic.formats.units import number
from workup.clinic.lexicon import findings as lexicon
from workup.clinic.safety import Mention, Reading, Value, Words
from workup.clinic.safety.reading import Status

Kind = Literal["finding", "value", "patient"]
_SEPARATOR = re.compile(r"[,;.]")
# What stands before the words of a finding that is not simply there.
TOLD: dict[Status, str] = {
    "present": "",
    "absent": "no",
    "possible": "perhaps",
    "past": "earlier:",
    "family": "in the family:",
    "hypothetical": "not now:",
}


@dataclass(frozen=True)
class Chip:
    """Words of the text that were understood, and what they were understood as.

    Attributes:
        name: the finding or the quantity, as Workup calls it.
        shown: the words, for a finding whose status is not "present" with a word for that.
        status: of a finding; values and the patient are always "present".
    """

    kind: Kind
    name: str
    shown: str
    status: Status
    words: Words

    @property
    def place(self) -> str:
        """Where the words are, as forms send it back: "start:end", in characters."""
        return f"{self.words.start}:{self.words.end}"

    @property
    def understood(self) -> str:
        """What the words were understood as, where the words do not say it themselves; or nothing."""
        named = self.kind == "finding" and self.name in lexicon()
        return self.name if named and self.name.casefold() not in self.words.text.casefold() else ""

    @property
    def denied(self) -> bool:
        """Whether the text says that it is not there."""
        return self.status == "absent"


def chips(reading: Reading) -> tuple[Chip, ...]:
    """Every finding, measured value, and the age, in the order of the text; no words are shown twice."""
    found = [_finding(mention) for mention in mentions(reading)]
    found += [_value(value) for value in reading.values]
    if reading.age is not None:
        found.append(Chip("patient", "age", reading.age.words.text, "present", reading.age.words))
    found.sort(key=lambda chip: (chip.words.start, chip.words.end))
    kept: list[Chip] = []
    for chip in found:
        if not _inside_another(chip, found) and not _again(chip, kept):
            kept.append(chip)
    return tuple(kept)


def mentions(reading: Reading) -> Sequence[Mention]:
    """The findings with the longest words, by the lexicon's name where it has one.

    A danger sign that is made of several findings ("cough, fever, chest pain") belongs to the red flags, and
    what is called "no fever" is a fever that is absent.
    """
    by_place: dict[tuple[int, int], Mention] = {}
    for mention in reading.findings:
        if _SEPARATOR.search(mention.words.text) or mention.name.startswith("no "):
            continue
        place = mention.words.start, mention.words.end
        if place not in by_place or mention.name in lexicon():
            by_place[place] = mention
    return list(by_place.values())


def _inside_another(chip: Chip, others: Sequence[Chip]) -> bool:
    own = chip.words.end - chip.words.start
    return any(
        other.words.start <= chip.words.start
        and chip.words.end <= other.words.end
        and own < other.words.end - other.words.start
        for other in others
    )


def _again(chip: Chip, kept: Sequence[Chip]) -> bool:
    """Whether words that overlap were understood as the same before."""
    return any(
        (chip.name, chip.status) == (other.name, other.status) and chip.words.start < other.words.end
        for other in kept
    )


def _finding(mention: Mention) -> Chip:
    shown = f"{TOLD[mention.status]} {mention.words.text}".strip()
    return Chip("finding", mention.name, shown, mention.status, mention.words)


def _value(value: Value) -> Chip:
    unit = f" {value.unit}" if value.unit else ""
    second = f"/{number(value.second)}" if value.second is not None else ""
    shown = f"{value.analyte} {number(value.number)}{second}{unit}"
    return Chip("value", value.analyte, shown, "present", value.words)
