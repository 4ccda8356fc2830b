"""Ranges of time and of measured values, as the case book writes them, and values drawn from them."""

from __future__ import annotations

import math
import random
import re

from workup.clinic.quantity import Quantity

_DAYS = {"year": 365.0, "month": 30.4, "week": 7.0, "day": 1.0, "hour": 1 / 24, "minute": 1 / 1440}
_SPAN = re.compile(r"^(\d+)(?: (\w+?)s?)? to (\d+) (\w+?)s?$")
_PRESSURES = re.compile(r"^(\d+)/(\d+) to (\d+)/(\d+) (.+)$")
# Ranges that reach over more than this factor are drawn evenly on a logarithmic scale.
_WIDE = 6
_SMALL = 20


def days(time: str) -> float:
    """The length in days of "3 weeks" or "58 years"."""
    number, unit = time.split()
    return int(number) * _DAYS[unit.removesuffix("s")]


def draw_time(span: str, rng: random.Random) -> str:
    """A time within a span such as "2 hours to 3 days", in the unit a clinician would say it in.

    Raises:
        ValueError: the text is no span.
    """
    match = _SPAN.match(span)
    if match is None:
        raise ValueError(f"{span!r} is no span of time; write it as '2 hours to 3 days'")
    low, low_unit, high, high_unit = match.groups()
    bounds = int(low) * _DAYS[low_unit or high_unit], int(high) * _DAYS[high_unit]
    return _said(_between(*bounds, rng))


def _said(length: float) -> str:
    for unit, size in _DAYS.items():
        number = round(length / size)
        if number >= 2 or (number == 1 and unit in {"day", "hour"} and length <= 1.5 * size):
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "1 minute"


def draw_value(text: str, rng: random.Random) -> str:
    """A value within a range such as "130 to 135 mmol/L"; a result in words, or one value, is itself."""
    if pressures := _PRESSURES.match(text):
        low, low_second, high, high_second = map(int, pressures.groups()[:4])
        share = rng.random()
        first, second = low + share * (high - low), low_second + share * (high_second - low_second)
        return f"{first:.0f}/{second:.0f} {pressures[5]}"
    quantity = Quantity.parse(text)
    if quantity.value is None or quantity.high is None:
        return text
    value = _between(quantity.value, quantity.high, rng)
    unit = f" {quantity.unit}" if quantity.unit else ""
    return f"{value:.{_decimals(text.removesuffix(unit), quantity.high)}f}{unit}"


def _between(low: float, high: float, rng: random.Random) -> float:
    if low > 0 and high / low > _WIDE:
        return math.exp(rng.uniform(math.log(low), math.log(high)))
    return rng.uniform(low, high)


def _decimals(text: str, high: float) -> int:
    """As many as the range is written with; one more for small numbers, which are measured finer."""
    written = max((len(part) for part in re.findall(r"\d\.(\d+)", text)), default=0)
    return max(written, 1) if high < _SMALL else written
