"""Ages, durations and people in words: "58 years", "14 months", "12 days", "58-year-old woman"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

# Safe Harbor (45 CFR 164.514(b)(2)) asks that all ages over 89 be put into one category.
OLDEST = 90

_PEOPLE = {"male": ("man", "boy"), "female": ("woman", "girl")}
_DAYS_IN_MONTH = 365.25 / 12
_ISO = re.compile(
    "P" + "".join(rf"(?:(\d{{1,5}}(?:\.\d+)?){unit})?" for unit in "YMWD") + r"(?:T[\dHMS.]*)?", re.ASCII
)


@dataclass(frozen=True, order=True)
class Span:
    """A length of time: whole months, and the days beyond them."""

    months: int
    days: int = 0

    @classmethod
    def from_iso(cls, text: str) -> Span | None:
        """An ISO 8601 duration such as "P12Y3M"; None when `text` is none. Hours are passed over."""
        match = _ISO.fullmatch(text)
        if match is None or text.endswith(("P", "T")):
            return None
        years, months, weeks, days = (float(part or 0) for part in match.groups())
        whole = int(years * 12 + months)
        rest = (years * 12 + months - whole) * _DAYS_IN_MONTH + weeks * 7 + days
        return cls(whole + int(rest // _DAYS_IN_MONTH), int(rest % _DAYS_IN_MONTH))

    @classmethod
    def between(cls, start: date, end: date) -> Span:
        """The time from `start` to `end`; `start` must not be the later one."""
        months = (end.year - start.year) * 12 + end.month - start.month
        if end.day >= start.day:
            return cls(months, end.day - start.day)
        return cls(months - 1, round(_DAYS_IN_MONTH) - start.day + end.day)

    def __str__(self) -> str:
        """Years from two years on, months from one month on, else days."""
        if self.months >= 24:
            return _count(self.months // 12, "year")
        return _count(self.months, "month") if self.months else _count(self.days, "day")


def age(span: Span) -> str:
    """A person's age; "90 years" stands for 90 and older."""
    return str(min(span, Span(OLDEST * 12)))


def person(age: str | None, sex: str | None) -> str:
    """Who a case is about: "58-year-old woman", "10-month-old boy", "girl under 1 year"."""
    if age is None:
        return f"{sex or ''} patient of unknown age".strip()
    if age == "0 years":
        return f"{noun(age, sex)} under 1 year"
    return f"{age.removesuffix('s').replace(' ', '-')}-old {noun(age, sex)}"


def noun(age: str, sex: str | None) -> str:
    """A person in one word: "woman", "boy", "child"; grown up from 18 years."""
    number, unit = age.split()
    child = not unit.startswith("year") or int(number) < 18
    return _PEOPLE.get(sex or "", ("patient", "child"))[child]


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
