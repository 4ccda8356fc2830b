"""What in a reading cannot be, or contradicts itself: it is asked back, never diagnosed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from workup.clinic.formats.units import number
from workup.clinic.lexicon import findings as lexicon
from workup.clinic.safety.reading import Mention, Reading, Value
from workup.clinic.safety.values import convert, fits, is_possible, possible, quantities, usual

# The oldest age that was ever proved is 122 years.
_OLDEST = 122
# More than this is a record, not a case; about five pages.
_LONGEST = 20_000
_FEVER, _CERTAIN_FEVER = "fever", 38.3
# Far from the healthy range; see `values.BELOW`.
_NEAR = (0.3, 4.0)
# A decimal point that was lost, or a digit.
_SLIPS = (0.1, 0.01, 10.0)
# Below this age (years) these are about somebody else, or the age is wrong.
_GROWN_UP = {
    "smoking": 8,
    "alcohol excess": 8,
    "alcohol use": 8,
    "pregnancy": 9,
    "postmenopausal": 30,
    "injection drug use": 9,
}
# Of these somebody else at home may be meant.
_HOUSEHOLD = re.compile(
    r"\b(?:mother|father|mum|mom|dad|parents?|home|house|household|family)\b", re.IGNORECASE
)
_AFEBRILE = re.compile(r"\b(?:afebrile|apyrexial)\b", re.IGNORECASE)
_OF_WOMEN = ("pregnancy", "vaginal bleeding", "postmenopausal", "missed period")
_OF_MEN = ("testicular pain", "sudden testicular pain", "smooth enlarged prostate", "erectile dysfunction")


@dataclass(frozen=True)
class Doubt:
    """Something to ask back: the field, the words read, why they are doubtful, what they may mean."""

    field: str
    read: str
    why: str
    may_mean: tuple[str, ...] = ()

    def __str__(self) -> str:
        meant = f" Is it {' or '.join(self.may_mean)}?" if self.may_mean else " Please check."
        return f"{self.field}: {self.read!r}: {self.why}.{meant}"


def doubts(reading: Reading) -> tuple[Doubt, ...]:
    """Everything doubtful: the text itself, the age, the values, then contradictions."""
    return (*_text(reading), *_age(reading), *_values(reading), *_contradictions(reading))


def _text(reading: Reading) -> Iterator[Doubt]:
    text = reading.text
    if not any(character.isalnum() for character in text):
        yield Doubt("text", text[:20], "there is nothing to read")
    control = [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\r\t"]
    if control:
        yield Doubt("text", repr(control[0])[1:-1], f"control characters in the text: {len(control)}")
    if len(text) > _LONGEST:
        why = f"{len(text):,} characters are a whole record; signs of different times or people may be mixed"
        yield Doubt("text", f"{text[:20]}...", why)


def _age(reading: Reading) -> Iterator[Doubt]:
    age = reading.age
    if age is not None and age.years > _OLDEST:
        shorter = tuple(f"{age.years / slip:g} years" for slip in (10, 100) if age.years / slip <= _OLDEST)
        yield Doubt("age", age.words.text, f"nobody becomes {age.years:g} years old", shorter[:1])


def _values(reading: Reading) -> Iterator[Doubt]:
    for value in reading.values:
        said = value.words.text
        if not value.known:
            units = ", ".join(unit or "none" for unit in quantities()[value.analyte].units)
            yield Doubt(value.analyte, said, f"{value.written} is no unit of it; its units are {units}")
        elif value.second is not None and value.number <= value.second and _swapped(value):
            meant = f"{value.second:g}/{value.number:g} mmHg"
            yield Doubt(value.analyte, said, "the lower pressure stands first", (meant,))
        elif not is_possible(value):
            low, high = possible(value.analyte, value.unit)
            why = f"no living patient has this ({number(low)} to {_told(high, value.unit)} is possible)"
            yield Doubt(value.analyte, said, why, tuple(_meanings(value)))
        elif value.written and (other := _other_unit(value)):
            yield Doubt(value.analyte, said, f"this is hardly ever seen in {value.written}", (other,))
        elif value.written is None and (assumed := _assumed_unit(value)):
            yield Doubt(value.analyte, said, "the unit is missing", (assumed,))


def _swapped(value: Value) -> bool:
    low, high = possible(value.analyte, value.unit)
    return (
        value.second is not None
        and low <= value.number
        and value.number * 2 > value.second
        and value.second <= high
    )


def _told(said: float, unit: str) -> str:
    return f"{number(said)} {unit}".strip()


def _meanings(value: Value) -> Iterator[str]:
    """Other units that fit, then the likeliest slips of the pen."""
    healthy = usual(value.analyte)
    for unit in quantities()[value.analyte].units:
        converted, first = convert(value.analyte, value.said, unit)
        if (
            unit != value.written
            and first == value.unit
            and converted != value.number
            and _is_near(converted, healthy)
        ):
            yield _told(value.said, unit)
    low, high = possible(value.analyte, value.unit)
    second = f"/{value.second:g}" if value.second is not None else ""
    for slip in _SLIPS:
        meant = value.number * slip
        if (
            low <= meant <= high
            and _is_near(meant, healthy)
            and (value.second is None or meant > value.second)
        ):
            yield f"{number(meant)}{second} {value.unit}".strip()


def _is_near(number: float, healthy: tuple[float, float] | None) -> bool:
    return healthy is None or healthy[0] * _NEAR[0] <= number <= max(healthy[1], 1e-9) * _NEAR[1]


def _other_unit(value: Value) -> str | None:
    """The same number in another unit, where it is hardly possible in the one that was written."""
    first = next(iter(quantities()[value.analyte].units))
    if value.unit != first or value.number != value.said or fits(value.analyte, value.said, first):
        return None
    return next((meant for meant in _meanings(value) if not meant.endswith(first)), None)


def _assumed_unit(value: Value) -> str | None:
    """The unit that a value without one was read in, where that is not the usual one."""
    first, *others = quantities()[value.analyte].units
    for unit in others:
        if value.said != value.number and convert(value.analyte, value.said, unit) == (value.number, first):
            low, high = possible(value.analyte, first)
            return _told(value.said, unit) if low <= value.said <= high or unit == "°F" else None
    return None


def _contradictions(reading: Reading) -> Iterator[Doubt]:
    yield from _both_ways(reading)
    yield from _fever(reading)
    for sex, names in (("male", _OF_WOMEN), ("female", _OF_MEN)):
        if reading.sex == sex and (said := _present(reading, names)):
            yield Doubt("sex", said[0].words.text, f"{said[0].name} in a {sex} patient")
    if reading.age is not None and not _HOUSEHOLD.search(reading.text):
        for name, years in _GROWN_UP.items():
            if reading.age.years < years and (said := _present(reading, (name,))):
                why = f"{name} at the age of {reading.age.words.text!r}"
                yield Doubt("age", said[0].words.text, why, ("another age", "a parent's history"))


def _present(reading: Reading, names: tuple[str, ...]) -> list[Mention]:
    return [
        mention
        for name in names
        for mention in reading.named(name)
        if mention.status == "present" and (name != "pregnancy" or "pregnan" in mention.words.text.lower())
    ]


def _both_ways(reading: Reading) -> Iterator[Doubt]:
    """A finding that is said to be there and said not to be there, in the same words."""
    said: dict[str, dict[str, Mention]] = {}
    for mention in reading.findings:
        if mention.name in lexicon():
            said.setdefault(mention.words.text.casefold(), {}).setdefault(mention.status, mention)
    for words, by_status in said.items():
        if {"present", "absent"} <= by_status.keys():
            yield Doubt("findings", words, "it is said to be there and not to be there")


def _fever(reading: Reading) -> Iterator[Doubt]:
    denied = [m.words.text for m in reading.named(_FEVER) if m.status == "absent"]
    denied += [match.group() for match in _AFEBRILE.finditer(reading.text)]
    high = [
        v
        for v in reading.values
        if v.analyte == "temperature" and v.number >= _CERTAIN_FEVER and is_possible(v)
    ]
    if denied and high:
        why = f"no fever, yet a temperature of {high[0].words.text!r}"
        yield Doubt("temperature", denied[0], why)
