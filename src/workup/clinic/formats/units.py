"""Numbers and UCUM units as clinicians write them: "67 mg/L", "x10^9/L", "38.9 °C", "148 mmHg"."""

from __future__ import annotations

import math
import re

_WHOLE = {"1": "", "[pH]": "", "{ratio}": "", "a": "years", "mo": "months", "wk": "weeks", "d": "days"}
_PARTS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # In braces stand remarks, which change no unit; clinicians keep only this one.
        (r"/\{1\.73_?m2\}", "/1.73 m2"),
        (r"\{[^}]*\}", ""),
        (r"10[*^](\d+)", r"x10^\1"),
        (r"\bCel\b", "°C"),
        (r"\[degF\]", "°F"),
        (r"\[in_[iu]\w*\]", "in"),
        (r"\[lb_av\]", "lb"),
        (r"\[[iI]U\]", "IU"),
        (r"\[arb'U\]", "U"),
        (r"eq\b", "Eq"),
        (r"osm\b", "Osm"),
        (r"[\[\]]", ""),
    )
]
_DIGITS = 4


def clinical(unit: str) -> str:
    """A UCUM unit in clinicians' writing; "" for the unit one. Other units come back as they are."""
    if unit in _WHOLE:
        return _WHOLE[unit]
    for pattern, replacement in _PARTS:
        unit = pattern.sub(replacement, unit)
    return unit


def number(value: float) -> str:
    """A value with four significant digits at most, and all those before the point."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    places = max(_DIGITS - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measured(value: float, unit: str = "", comparator: str = "") -> str:
    """A value with its unit: "67 mg/L", "< 0.5 ng/mL"."""
    return " ".join(part for part in (comparator, number(value), clinical(unit)) if part)
