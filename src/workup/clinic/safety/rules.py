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
_Look = Callable[[Reading], _Answer]


@dataclass(frozen=True)
class _Part:
    """One part of a rule: what looks whether it holds.

    It cannot hold where nothing of `names` was read, findings and quantities; without them it always may.
    """

    look: _Look
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Line:
    """One line of what a rule looks for; `order` is that of the file."""

    order: int
    rule: Rule
    parts: tuple[_Part, ...]

    @property
    def names(self) -> frozenset[str]:
        """Those of the first part that has some."""
        return next((part.names for part in self.parts if part.names), frozenset())


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
    by_name, may_always = _lines()
    may_hold = {line.order: line for name in reading.names for line in by_name.get(name, ())}
    may_hold |= may_always
    fired: dict[str, RedFlag] = {}
    for _, line in sorted(may_hold.items()):
        if line.rule.id not in fired and (evidence := _holds(line.parts, reading)):
            fired[line.rule.id] = RedFlag(line.rule, evidence)
    return tuple(sorted(fired.values(), key=lambda flag: flag.level != "emergency"))


@cache
def _lines() -> tuple[dict[str, list[_Line]], dict[int, _Line]]:
    """The lines of all rules by what must have been read of them; by number, those that may always hold."""
    by_name: dict[str, list[_Line]] = {}
    may_always = {}
    told = [(rule, text) for rule in rules() for text in rule.looks_for]
    for order, (rule, text) in enumerate(told):
        line = _Line(order, rule, tuple(_any(part, rule) for part in text.split(" + ")))
        for name in line.names:
            by_name.setdefault(name, []).append(line)
        if not line.names:
            may_always[order] = line
    return by_name, may_always


def _holds(parts: Sequence[_Part], reading: Reading) -> tuple[Words, ...]:
    """The words that show that all parts hold; none where one does not."""
    evidence: dict[Words, None] = {}
    for part in parts:
        holds, words = part.look(reading)
        if not holds:
            return ()
        evidence |= dict.fromkeys(words)
    return tuple(sorted(evidence, key=lambda words: (words.start, words.end)))


def _any(text: str, rule: Rule) -> _Part:
    parts = [_part(piece, rule) for piece in text.split(" | ")]

    def look(reading: Reading) -> _Answer:
        return next((answer for part in parts if (answer := part.look(reading))[0]), (False, ()))

    named = all(part.names for part in parts)
    return _Part(look, frozenset().union(*(part.names for part in parts)) if named else frozenset())


def _part(text: str, rule: Rule) -> _Part:
    if text.startswith("no ") and text not in signs():
        inner = _part(text.removeprefix("no "), rule)
        return _Part(lambda reading: (not inner.look(reading)[0], ()))
    if text in {"male", "female"}:
        return _Part(lambda reading: (reading.sex == text, ()))
    if text == "adult":
        return _Part(lambda reading: (reading.age is None or reading.age.days >= days(_ADULT), ()))
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

    def look(reading: Reading) -> _Answer:
        for found in names:
            for mention in reading.named(found):
                if mention.status in counts:
                    return True, (mention.words,)
        return next((answer for limit in limits if (answer := limit.look(reading))[0]), (False, ()))

    return _Part(look, frozenset(names).union(*(limit.names for limit in limits)))


def _age(comparison: re.Match[str]) -> _Part:
    compare = _COMPARISONS[comparison["how"]]
    limit = days(f"{comparison['limit']} {comparison['unit']}")
    return _Part(lambda reading: (reading.age is not None and compare(reading.age.days, limit), ()))


def _limit(comparison: re.Match[str], place: str) -> _Part:
    """A limit on a measured value, in the first unit of its quantity. An impossible value is asked back
    (`doubts`), not judged."""
    what, unit = comparison["what"], comparison["unit"] or ""
    compare, limit = _COMPARISONS[comparison["how"]], float(comparison["limit"])
    if what in _DERIVED:
        pressure = frozenset({"blood pressure"})
        return _Part(lambda reading: _derived(what, reading, compare, limit), pressure)
    analyte = "blood pressure" if what in _PRESSURES else what
    if analyte not in quantities():
        raise DataError(f"{FILE.name}: {place}: no quantity {what!r}; {nearest(what, quantities())}")
    first = next(iter(quantities()[analyte].units))
    if unit != first:
        raise DataError(f"{FILE.name}: {place}: {what} is compared in {first!r}, not in {unit!r}")

    def look(reading: Reading) -> _Answer:
        for value in reading.values:
            if value.analyte == analyte and value.unit == unit and is_possible(value):
                number = value.second if what == "diastolic" else value.number
                if number is not None and compare(number, limit):
                    return True, (value.words,)
        return False, ()

    return _Part(look, frozenset({analyte}))


def _derived(what: str, reading: Reading, compare: Callable[[float, float], bool], limit: float) -> _Answer:
    """What follows from the first blood pressure and heart rate that are told."""
    rate, pressure = _first(reading, "heart rate"), _first(reading, "blood pressure")
    number = _DERIVED[what](pressure, rate) if pressure else None
    if number is None or pressure is None:
        return False, ()
    return compare(number, limit), tuple(value.words for value in (rate, pressure) if value)


def _first(reading: Reading, analyte: str) -> Value | None:
    return next((value for value in reading.values if value.analyte == analyte and is_possible(value)), None)
