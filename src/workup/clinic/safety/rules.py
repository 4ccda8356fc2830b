"""The red-flag rules of `rules.yaml`: what they look for, and whether a reading holds it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from workup.clinic.entries import Entry, Text, parse
from workup.clinic.safety.reading import Reading, Value, Words
from workup.clinic.safety.signs import Sign, signs
from workup.clinic.safety.values import is_possible, quantities
from workup.clinic.spans import days
from workup.errors import DataError, nearest

FILE = resources.files("workup.clinic.safety") / "rules.yaml"

Level = Literal["emergency", "urgent"]
# Suspected findings count: a rule that waits for certainty comes too late.
_COUNTS = {"present", "possible"}
_ADULT = "16 years"
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_COMPARISON = re.compile(r"^(?P<what>.+?) (?P<how><=|>=|<|>) (?P<limit>[\d.]+)(?: (?P<unit>\S.*))?$")
# Quantities that follow from those read.
_PRESSURES = ("systolic", "diastolic")
_DERIVED: dict[str, Callable[[Value, Value | None], float | None]] = {
    "shock index": lambda pressure, rate: rate.number / pressure.number if rate and pressure.number else None,
    "pulse pressure": lambda pressure, _: pressure.number - pressure.second if pressure.second else None,
}


class Rule(Entry):
    """One rule. Each line of `looks_for` is enough: "fever + neck stiffness | non-blanching rash".

    " + " joins what must all hold, " | " what any one of will do, "no " turns it round. A part is a danger
    sign, a limit ("SpO2 < 90 %"), an age ("age < 3 months"), "adult", "male" or "female". `points_to`
    names the conditions that the rule is for; `source` says whose threshold it is.
    """

    id: Text
    title: Text
    level: Level
    looks_for: tuple[Text, ...]
    points_to: tuple[Text, ...]
    advice: Text
    source: Text


class _File(Entry):
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class RedFlag:
    """A rule that fired, and the words that made it fire, in the order of the text."""

    rule: Rule
    evidence: tuple[Words, ...]

    @property
    def level(self) -> Level:
        """ "emergency": needs assessment now; "urgent": on the same day."""
        return self.rule.level

    def __str__(self) -> str:
        said = ", ".join(repr(words.text) for words in self.evidence)
        return f"{self.rule.title}: {self.rule.advice} ({said})"


# Whether a part of a rule holds, and the words that show it.
_Answer = tuple[bool, tuple[Words, ...]]
_Part = Callable[[Reading], _Answer]


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file.

    Raises:
        DataError: the file breaks the schema, or two rules share an id.
    """
    found = parse(FILE.read_text(encoding="utf-8"), FILE.name, _File).rules
    ids = [rule.id for rule in found]
    if doubled := {id for id in ids if ids.count(id) > 1}:
        raise DataError(f"{FILE.name}: two rules are called {', '.join(sorted(doubled))}")
    return found


def red_flags(reading: Reading) -> tuple[RedFlag, ...]:
    """The rules that fire, emergencies first. That none fires proves nothing.

    Raises:
        DataError: a rule looks for what is no sign and no quantity, or compares in another unit.
    """
    fired = []
    for rule, lines in _compiled():
        if evidence := next((words for line in lines if (words := _holds(line, reading))), None):
            fired.append(RedFlag(rule, evidence))
    return tuple(sorted(fired, key=lambda flag: flag.level != "emergency"))


@cache
def _compiled() -> tuple[tuple[Rule, tuple[tuple[_Part, ...], ...]], ...]:
    """Every rule with its lines, each of them a row of parts."""
    return tuple(
        (rule, tuple(tuple(_any(part, rule) for part in line.split(" + ")) for line in rule.looks_for))
        for rule in rules()
    )


def _holds(parts: Sequence[_Part], reading: Reading) -> tuple[Words, ...]:
    """The words that show that all parts hold; none where one does not."""
    evidence: dict[Words, None] = {}
    for part in parts:
        holds, words = part(reading)
        if not holds:
            return ()
        evidence |= dict.fromkeys(words)
    return tuple(sorted(evidence, key=lambda words: (words.start, words.end)))


def _any(text: str, rule: Rule) -> _Part:
    parts = [_part(piece, rule) for piece in text.split(" | ")]

    def holds(reading: Reading) -> _Answer:
        for part in parts:
            answer, words = part(reading)
            if answer:
                return True, words
        return False, ()

    return holds


def _part(text: str, rule: Rule) -> _Part:
    if text.startswith("no ") and text not in signs():
        inner = _part(text.removeprefix("no "), rule)
        return lambda reading: (not inner(reading)[0], ())
    if text in {"male", "female"}:
        return lambda reading: (reading.sex == text, ())
    if text == "adult":
        return lambda reading: (reading.age is None or reading.age.days >= days(_ADULT), ())
    if text in signs():
        return _sign(text)
    if comparison := _COMPARISON.match(text):
        return _age(comparison) if comparison["what"] == "age" else _limit(comparison, rule.id)
    known = [*signs(), *quantities(), *_PRESSURES, *_DERIVED, "age", "adult", "male", "female"]
    raise DataError(f"{FILE.name}: {rule.id}: nothing is called {text!r}; {nearest(text, known)}")


@cache
def _sign(name: str) -> _Part:
    sign: Sign = signs()[name]
    names = (name, *sign.findings)
    counts = _COUNTS | ({"past"} if sign.circumstance else set())
    limits = [_limit(match, name) for text in sign.values if (match := _COMPARISON.match(text))]

    def holds(reading: Reading) -> _Answer:
        for found in names:
            for mention in reading.named(found):
                if mention.status in counts:
                    return True, (mention.words,)
        return next((answer for limit in limits if (answer := limit(reading))[0]), (False, ()))

    return holds


def _age(comparison: re.Match[str]) -> _Part:
    compare = _COMPARISONS[comparison["how"]]
    limit = days(f"{comparison['limit']} {comparison['unit']}")
    return lambda reading: (reading.age is not None and compare(reading.age.days, limit), ())


def _limit(comparison: re.Match[str], place: str) -> _Part:
    """A limit on a measured value, in the first unit of its quantity. An impossible value is asked back
    (`doubts`), not judged."""
    what, unit = comparison["what"], comparison["unit"] or ""
    compare, limit = _COMPARISONS[comparison["how"]], float(comparison["limit"])
    if what in _DERIVED:
        return lambda reading: _derived(what, reading, compare, limit)
    analyte = "blood pressure" if what in _PRESSURES else what
    if analyte not in quantities():
        raise DataError(f"{FILE.name}: {place}: no quantity {what!r}; {nearest(what, quantities())}")
    first = next(iter(quantities()[analyte].units))
    if unit != first:
        raise DataError(f"{FILE.name}: {place}: {what} is compared in {first!r}, not in {unit!r}")

    def holds(reading: Reading) -> _Answer:
        for value in reading.values:
            if value.analyte == analyte and value.unit == unit and is_possible(value):
                number = value.second if what == "diastolic" else value.number
                if number is not None and compare(number, limit):
                    return True, (value.words,)
        return False, ()

    return holds


def _derived(what: str, reading: Reading, compare: Callable[[float, float], bool], limit: float) -> _Answer:
    """What follows from the first blood pressure and heart rate that are told."""
    rate, pressure = _first(reading, "heart rate"), _first(reading, "blood pressure")
    number = _DERIVED[what](pressure, rate) if pressure else None
    if number is None or pressure is None:
        return False, ()
    return compare(number, limit), tuple(value.words for value in (rate, pressure) if value)


def _first(reading: Reading, analyte: str) -> Value | None:
    return next((value for value in reading.values if value.analyte == analyte and is_possible(value)), None)
