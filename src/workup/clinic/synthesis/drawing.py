"""Draws a patient from what the case book knows of a condition: findings by frequency, values by range."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from workup.clinic.analytes import analytes
from workup.clinic.book import Condition, conditions
from workup.clinic.lexicon import findings
from workup.clinic.spans import days, draw_time, draw_value

# How much of a picture a real case shows; a case with every finding would teach that all must be there.
_MOST_PRESENT, _MOST_ABSENT = 8, 3
_MEASURED, _SEEN, _OTHER_ILLNESS, _NORMAL_LAB = 0.65, 0.45, 0.3, 0.25
# Findings of so many conditions are common enough to be there by chance, and to be asked for by habit.
_COMMON = 5
# A rival's finding is worth denying when so many of its patients have it.
_TELLING = 0.4
# A patient with a finding of this name has no symptom beside it.
_SILENT = "no symptoms"
# What many patients have besides, whatever they come for.
_OTHER_ILLNESSES = ("smoking", "hypertension", "obesity", "diabetes")
# Normal values of these say little about most illnesses.
_INDIFFERENT_LABS = ("sodium", "potassium", "creatinine", "TSH", "calcium", "ALT")
_NORMAL_VITALS = ("temperature", "heart rate", "blood pressure", "SpO2")
_ADULT = days("18 years")


@dataclass(frozen=True)
class Picture:
    """A patient with a condition: canonical findings and measured values, in no wording yet.

    `present` and `absent` are names of the lexicon; `vitals` and `labs` map a quantity to its value
    ("104 /min"); `duration` is how long the complaints have lasted.
    """

    condition: Condition
    age: str
    sex: Literal["male", "female"]
    duration: str
    present: tuple[str, ...]
    absent: tuple[str, ...]
    vitals: dict[str, str]
    labs: dict[str, str]
    imaging: tuple[str, ...]
    tests: tuple[str, ...]

    def of_kind(self, *kinds: str) -> list[str]:
        """The present findings of these kinds of the lexicon."""
        return [name for name in self.present if findings()[name].kind in kinds]


def draw(condition: Condition, rng: random.Random) -> Picture:
    """A patient with the condition."""
    age = draw_time(condition.patients.age, rng)
    present = _present(condition, rng)
    others = [name for name in _OTHER_ILLNESSES if not _resembles_any(name, condition.findings)]
    if others and days(age) >= _ADULT and rng.random() < _OTHER_ILLNESS:
        present.append(rng.choice(others))
    labs = {name: draw_value(text, rng) for name, text in condition.labs.items() if rng.random() < _MEASURED}
    if rng.random() < _NORMAL_LAB:
        extra = rng.choice([name for name in _INDIFFERENT_LABS if name not in condition.labs])
        labs[extra] = draw_value(analytes()[extra].usual, rng)
    return Picture(
        condition=condition,
        age=age,
        sex="male" if rng.random() < condition.patients.male else "female",
        duration=draw_time(condition.duration, rng),
        present=tuple(present),
        absent=tuple(_absent(condition, present, rng)),
        vitals=_vitals(condition, present, days(age) >= _ADULT, rng),
        labs=labs,
        imaging=_some(condition.imaging, rng),
        tests=_some(condition.tests, rng),
    )


def _present(condition: Condition, rng: random.Random) -> list[str]:
    shares = {name: share for name, share in condition.findings.items() if findings()[name].kind != "patient"}
    found = [name for name, share in shares.items() if rng.random() < share]
    for name in sorted(shares, key=lambda name: -shares[name])[:2]:
        if len(found) < 2 and name not in found:
            found.append(name)
    if any(name.startswith(_SILENT) for name in found):
        found = [name for name in found if name.startswith(_SILENT) or findings()[name].kind != "symptom"]
    rng.shuffle(found)
    return found[: rng.randint(3, _MOST_PRESENT)]


def _absent(condition: Condition, present: Sequence[str], rng: random.Random) -> list[str]:
    possible = [name for name in _deniable(condition.name) if name not in present]
    return rng.sample(possible, min(rng.randint(0, _MOST_ABSENT), len(possible)))


def _vitals(condition: Condition, present: Sequence[str], adult: bool, rng: random.Random) -> dict[str, str]:
    """What the findings change, and normal values of what the condition never changes."""
    spans = {name: span for finding in present for name, span in findings()[finding].measured.items()}
    changed = {name for finding in condition.findings for name in findings()[finding].measured}
    for name in _NORMAL_VITALS if adult else _NORMAL_VITALS[:1]:
        if name not in changed and name not in spans and rng.random() < _SEEN:
            spans[name] = analytes()[name].usual
    return {name: draw_value(span, rng) for name, span in spans.items()}


def _some(results: Sequence[str], rng: random.Random) -> tuple[str, ...]:
    return tuple(result for result in results if rng.random() < _SEEN)


@cache
def _deniable(name: str) -> tuple[str, ...]:
    """Findings worth denying: those of rivals, and what is always asked for; never the condition's own."""
    condition = next(condition for _, condition in conditions() if condition.name == name)
    telling = {finding for rival in condition.differential for finding in _telling(rival)}
    own = [*condition.findings, *_OTHER_ILLNESSES]
    return tuple(finding for finding in sorted(telling | _asked()) if not _resembles_any(finding, own))


@cache
def _asked() -> frozenset[str]:
    counts = Counter(name for _, condition in conditions() for name in condition.findings)
    return frozenset(n for n, count in counts.items() if count >= _COMMON and findings()[n].kind == "symptom")


def _telling(rival: str) -> list[str]:
    return [
        name
        for _, condition in conditions()
        if rival in condition.names
        for name, share in condition.findings.items()
        if share >= _TELLING and findings()[name].kind in {"symptom", "sign"}
    ]


def _resembles_any(name: str, others: Collection[str]) -> bool:
    words = _content_words(name)
    return any(not words.isdisjoint(_content_words(other)) for other in others)


@cache
def _content_words(name: str) -> frozenset[str]:
    return frozenset(_stems((name, *findings()[name].clinical)))


def _stems(forms: Sequence[str]) -> Iterator[str]:
    for form in forms:
        for word in form.lower().replace("-", " ").split():
            if len(word) > 3:
                yield word[:6]
