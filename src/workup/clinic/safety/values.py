"""Measured values in a text: "BP 78/42", "K 6.8", "potassium of 6.5 mmol/L", "80 over 50", "98 % on air"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from workup.clinic.analytes import Analyte, analytes
from workup.clinic.entries import Entry, Text, parse
from workup.clinic.quantity import Quantity
from workup.clinic.safety.reading import Value, Words
from workup.clinic.safety.words import Phrases, Word

FILE = resources.files("workup.clinic.safety") / "units.yaml"

# Without a unit, a result this far below, or above, the healthy range is read in another unit where that
# fits: "glucose 5.5" is no 5.5 mg/dL. Blood sugars of 20 mg/dL and creatinines of 25 mg/dL do occur.
BELOW, ABOVE = 3.5, 25.0
_SHORT = 3
# No living patient has a diastolic pressure below this.
_LOWEST = 10
# One letter is a vital sign only before a number that such a sign can have: "P 3.1" is phosphate.
_LETTERS, _LEAST = {"P", "T"}, 15
_OF_ANYTHING = {"L", "%", "L/min"}
# A "fetal heart rate" is not the patient's.
_UNBORN = {"fetal", "foetal"}

_LINK = (
    r"(?:\s*(?:[:=(~≈]|->|\b(?:of|was|is|were|are|at|now|level|about|around|only|just|came|back|as|up|down|to|high|low|"
    r"measured|still|fine|said|went|reached|over|under|near|count|value|showed|shows|reads|that|came up|"
    r"right|left|both|today|tonight|normal|L|R|then|sitting|hitting|dropped|rising|fallen|has|been|by)\b)){0,4}"
)
_NUMBER = (
    r"(?:[<>]=?\s?)?(?P<number>\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+(?:\.\d+)?)"
    r"(?P<thousand>k\b|\sthousand\b)?"
)
_SECOND = r"(?:\s?(?:/|over)\s?(?P<second>\d{2,3})(?![\d/]))?"
_ARROW = re.compile(rf"\s*(?:->|→|then|to)\s*{_NUMBER}")
_PRESSURE = re.compile(
    r"(?<![\d/.,-])(?P<number>\d{2,3})\s?(?:/|over)\s?(?P<second>\d{2,3})(?!\d|/|\.\d|\s?(?:mg|weeks))"
)
_TEMPERATURE = re.compile(r"(?<![\d/.,<>-])(?P<number>3[4-9]\.\d|4[0-3]\.\d)(?!\d|\.\d)")
_WHOLE_TEMPERATURE = re.compile(
    r"(?<![\d/.-])(?P<number>3[4-9](?:\.\d)?|4[0-3](?:\.\d)?|9\d(?:\.\d)?|10\d(?:\.\d)?)"
    r"\s?(?P<unit>°\s?[CF]|degrees\s(?:C|F|Celsius|Fahrenheit)|fever\b)"
)
# Of these one number is enough; "pressure 26" may be that of an eye.
_SYSTOLIC = re.compile(r"SBP|BP|systolic|hypotensive", re.IGNORECASE)
_SATURATION = re.compile(
    r"(?<![\d/.-])(?P<number>[4-9]\d|100)\s?%?\s?(?:on\s(?:room\s)?air|on\sRA|RA\b|sats?\b|room\sair|on\s\d+\s?L)"
    r"|(?<=[,;]\s)(?P<bare>[4-9]\d|100)\s?%(?=[,;.]|\s(?:on|RA)|$)"
)


class _File(Entry):
    synonyms: dict[Text, tuple[Text, ...]]
    factors: dict[Text, dict[Text, float]]
    names: dict[Text, tuple[Text, ...]]
    further: dict[Text, dict[str, Text]]


@cache
def _file() -> _File:
    return parse(FILE.read_text(encoding="utf-8"), FILE.name, _File)


@cache
def quantities() -> dict[str, Analyte]:
    """The measured quantities of `analytes.yaml` that have numbers, and those that only the rules read."""
    known = {name: entry for name, entry in analytes().items() if entry.units}
    further = {name: Analyte(units=units, usual="normal") for name, units in _file().further.items()}
    return known | further


def factors() -> dict[str, dict[str, float]]:
    """What a value in a unit is multiplied by to give the first unit of its quantity."""
    return _file().factors


def possible(analyte: str, unit: str) -> tuple[float, float]:
    """The range of a quantity in a living patient, in one of its units."""
    quantity = Quantity.parse(quantities()[analyte].units[unit])
    assert quantity.value is not None
    assert quantity.high is not None
    return quantity.value, quantity.high


def is_possible(value: Value) -> bool:
    """Whether a living patient can have this value."""
    if not value.known:
        return False
    first = next(iter(quantities()[value.analyte].units))
    low, high = possible(value.analyte, value.unit or first)
    return low <= value.number <= high and (value.second is None or _LOWEST <= value.second < value.number)


def usual(analyte: str) -> tuple[float, float] | None:
    """A healthy adult's range in the first unit; None where results are words."""
    quantity = Quantity.parse(quantities()[analyte].usual)
    if quantity.value is None or quantity.high is None:
        return None
    return quantity.value, quantity.high


def convert(analyte: str, number: float, unit: str) -> tuple[float, str]:
    """A value in the first unit of its quantity; as it is where no factor is known."""
    first = next(iter(quantities()[analyte].units))
    if unit == "°F":
        return (number - 32) / 1.8, first
    factor = factors().get(analyte, {}).get(unit)
    return (number, unit) if factor is None else (number * factor, first)


def _plain(unit: str) -> str:
    return unit.replace(" ", "").replace("µ", "u").replace("μ", "u").casefold()


@cache
def _units() -> dict[str, tuple[str, ...]]:
    """Every way of writing a unit, and which units of `analytes.yaml` it can mean."""
    said: dict[str, set[str]] = {}
    for unit in {unit for entry in quantities().values() for unit in entry.units if unit}:
        for form in (unit, *_file().synonyms.get(unit, ())):
            said.setdefault(_plain(form), set()).add(unit)
    return {form: tuple(sorted(meant)) for form, meant in said.items()}


@cache
def _written_units() -> str:
    forms = {unit for entry in quantities().values() for unit in entry.units if unit}
    forms |= {form for synonyms in _file().synonyms.values() for form in synonyms}
    listed = sorted(forms, key=len, reverse=True)
    return "|".join(re.escape(form).replace(r"\ ", r"\s?") for form in listed)


@cache
def _after_name() -> re.Pattern[str]:
    """What stands after the name of a quantity: linking words, the number, and its unit."""
    unit = rf"\s?(?P<unit>{_written_units()})(?![A-Za-z0-9])"
    return re.compile(rf"{_LINK}\s*(?<![A-Za-z0-9]){_NUMBER}{_SECOND}(?:{unit}|(?![\d/]|\.\d))")


@cache
def _not_degrees() -> re.Pattern[str]:
    return re.compile(rf"\s?(?!°)(?:{_written_units()}|kg|cm|mm)(?![A-Za-z])")


@dataclass(frozen=True)
class _Name:
    """A name of a quantity; a short one is read in its own capitals only: "K", "Na", "DD"."""

    text: str
    analyte: str

    def is_at(self, said: str, before: str) -> bool:
        if before.isalnum() or before in {"/", "-"}:
            return False
        return len(self.text) > _SHORT or self.text == self.text.lower() or said == self.text


@cache
def _names() -> Phrases[_Name]:
    phrases: Phrases[_Name] = Phrases()
    for analyte, entry in quantities().items():
        for name in (analyte, *entry.short, *entry.lay, *_file().names.get(analyte, ())):
            phrases.add(name, _Name(name, analyte))
    return phrases


def _named(text: str, words: Sequence[Word]) -> Iterator[tuple[_Name, Words, re.Match[str]]]:
    """Every name of a quantity before a number; of two at one place the longer."""
    for hit in sorted(_names().find(words), key=lambda hit: hit.first - hit.last):
        if hit.first and words[hit.first - 1].lower in _UNBORN:
            continue
        start, end = words[hit.first].start, words[hit.last - 1].end
        if hit.label.is_at(text[start:end], text[start - 1 : start]):
            # A sign belongs to the name: "K+", "HCO3-".
            end += text[end : end + 1] in {"+", "-"} and text[end + 1 : end + 2] in {" ", ":", "="}
            if match := _after_name().match(text, end):
                yield hit.label, Words(text[start : match.end()], start, match.end()), match


def values_of(text: str, words: Sequence[Word]) -> tuple[Value, ...]:
    """The measured values of a text, in its order."""
    taken: list[Value] = []
    for value in _all(text, words):
        if not any(
            value.words.start < other.words.end and other.words.start < value.words.end for other in taken
        ):
            taken.append(value)
    return tuple(sorted(taken, key=lambda value: value.words.start))


def _all(text: str, words: Sequence[Word]) -> Iterator[Value]:
    """The surest readings come first."""
    for name, place, match in _named(text, words):
        # "RR 18/10" and "T 3/5" are no results; only pressures have two halves.
        is_pressure = name.analyte == "blood pressure"
        if match["second"] and not is_pressure:
            continue
        if is_pressure and not match["second"] and not _SYSTOLIC.match(name.text):
            continue
        if name.text in _LETTERS and float(match["number"].replace(",", "").replace(" ", "")) < _LEAST:
            continue
        # "oxygen 2 L", "aspirate 55 %": the number is of something else.
        if match["unit"] in _OF_ANYTHING and _meant(name.analyte, match["unit"]) is None:
            continue
        yield _value(name.analyte, match, place, match["unit"])
        yield from _later(text, name.analyte, match)
    for match in _WHOLE_TEMPERATURE.finditer(text):
        unit = match["unit"].replace(" ", "")
        yield _value(
            "temperature", match, _words(match), unit if "°" in unit or " " in match["unit"] else None
        )
    for match in _PRESSURE.finditer(text):
        high, low = int(match["number"]), int(match["second"])
        if 50 <= high <= 280 and 20 <= low <= 160 and high >= low + 8:
            yield _value("blood pressure", match, _words(match), None)
    for match in _TEMPERATURE.finditer(text):
        if not _not_degrees().match(text, match.end()):
            yield _value("temperature", match, _words(match), None)
    for match in _SATURATION.finditer(text):
        number = match["number"] or match["bare"]
        yield Value("SpO2", float(number), "%", _words(match), float(number), written="%")


def _later(text: str, analyte: str, match: re.Match[str]) -> Iterator[Value]:
    """The second of "TnT 95 -> 410 ng/L"."""
    later = _ARROW.match(text, match.end())
    if later and not match["unit"] and analyte != "blood pressure":
        yield _value(analyte, later, _words(later), None)


def _words(match: re.Match[str]) -> Words:
    return Words(match.group(), match.start(), match.end())


def _value(analyte: str, match: re.Match[str], words: Words, written: str | None) -> Value:
    groups = match.groupdict()
    said = float(groups["number"].replace(",", "").replace(" ", ""))
    said *= 1000 if groups.get("thousand") else 1
    second = float(groups["second"]) if groups.get("second") else None
    unit = _meant(analyte, written) if written else _assumed(analyte, said)
    if unit is None:
        return Value(analyte, said, str(written), words, said, second, written, known=False)
    number, unit = convert(analyte, said, unit)
    return Value(analyte, number, unit, words, said, second, written)


def _meant(analyte: str, written: str) -> str | None:
    meant = _units().get(_plain(written), ())
    return next((unit for unit in quantities()[analyte].units if unit in meant), None)


def _assumed(analyte: str, number: float) -> str:
    """The first unit, unless the value fits only another one."""
    first, *others = quantities()[analyte].units
    if fits(analyte, number, first):
        return first
    return next((unit for unit in others if fits(analyte, number, unit)), first)


def fits(analyte: str, number: float, unit: str) -> bool:
    """Whether a value written without a unit can be meant in this one."""
    low, high = possible(analyte, unit)
    healthy = usual(analyte)
    if not low <= number <= high:
        return False
    if healthy is None or len(quantities()[analyte].units) == 1:
        return True
    converted, same = convert(analyte, number, unit)
    if same != next(iter(quantities()[analyte].units)):
        return True
    return healthy[0] / BELOW <= converted <= max(healthy[1], 1e-9) * ABOVE or not _other_fits(
        analyte, number, unit
    )


def _other_fits(analyte: str, number: float, unit: str) -> bool:
    """Whether the value would be near the healthy range in another unit of the quantity."""
    healthy = usual(analyte)
    if healthy is None:
        return False
    for other in quantities()[analyte].units:
        low, high = possible(analyte, other)
        if other != unit and low <= number <= high:
            converted, _ = convert(analyte, number, other)
            if healthy[0] / BELOW <= converted <= healthy[1] * ABOVE:
                return True
    return False
