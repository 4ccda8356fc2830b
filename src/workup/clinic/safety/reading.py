"""What is read from a text: findings with their standing, measured values, and who the patient is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workup.clinic.spans import days

# Of whom and when a finding is said: "possible" is suspected, "hypothetical" is advice ("return if ...").
Status = Literal["present", "possible", "absent", "past", "family", "hypothetical"]
Sex = Literal["male", "female"]


@dataclass(frozen=True)
class Words:
    """Words of the text and their place in it: characters from `start` up to `end`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """A finding of the lexicon, or a danger sign, as the text says it."""

    name: str
    status: Status
    words: Words


@dataclass(frozen=True)
class Value:
    """A measured value in the first unit that `analytes.yaml` names for it.

    `said` is the number in the unit as written. `second` is the diastolic half of a blood pressure.
    `written` is the unit as the text has it, None where it has none; `unit` is then assumed. `known` is
    False when the unit is none of this quantity; `number` and `unit` are then as written.
    """

    analyte: str
    number: float
    unit: str
    words: Words
    said: float
    second: float | None = None
    written: str | None = None
    known: bool = True


@dataclass(frozen=True)
class Age:
    """An age as said, and in days (a year has 365, as in `spans`)."""

    days: float
    words: Words

    @property
    def years(self) -> float:
        """The age in years."""
        return self.days / days("1 year")


@dataclass(frozen=True)
class Reading:
    """Everything that the rules look at. Findings and values stand in the order of the text."""

    text: str
    findings: tuple[Mention, ...]
    values: tuple[Value, ...]
    age: Age | None
    sex: Sex | None

    def named(self, name: str) -> Sequence[Mention]:
        """Every mention of one finding."""
        return self._by_name.get(name, ())

    @cached_property
    def names(self) -> frozenset[str]:
        """Of all findings and quantities that were read."""
        return frozenset([*self._by_name, *(value.analyte for value in self.values)])

    @cached_property
    def _by_name(self) -> dict[str, list[Mention]]:
        found: dict[str, list[Mention]] = {}
        for mention in self.findings:
            found.setdefault(mention.name, []).append(mention)
        return found
