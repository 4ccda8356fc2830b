"""Measured quantities: how they are written, their units, and the values a living patient can have."""

from __future__ import annotations

from functools import cache
from importlib import resources

from pydantic import Field

from workup.clinic.entries import Entry, Text, parse
from workup.clinic.quantity import Quantity
from workup.errors import nearest

FILE = resources.files("workup.clinic") / "analytes.yaml"


class Analyte(Entry):
    """One quantity. `short` are what clinicians write, `lay` what patients say.

    `units` maps each unit in use ("" for none) to the range that is possible in a living patient; without
    any, results are words. `usual` is a healthy adult's result. `vital` marks vital signs.
    """

    short: tuple[Text, ...] = ()
    lay: tuple[Text, ...] = ()
    units: dict[str, Text] = Field(default_factory=dict)
    usual: Text
    vital: bool = False


class _File(Entry):
    analytes: dict[Text, Analyte]


@cache
def analytes() -> dict[str, Analyte]:
    """Every quantity by its name.

    Raises:
        DataError: the file breaks the schema.
    """
    return parse(FILE.read_text(encoding="utf-8"), FILE.name, _File).analytes


def problem(name: str, text: str) -> tuple[str, str] | None:
    """What is wrong with a result ("Hb", "140 g/dL"): "unit" or "range", and why; None if nothing."""
    entry = analytes().get(name)
    if entry is None:
        return "unit", f"{name!r} is no known quantity; {nearest(name, analytes())}"
    quantity = Quantity.parse(text)
    if quantity.value is None:
        return None
    unit = quantity.unit or ""
    # A remark may follow the unit: "3400 /uL with 92 % neutrophils".
    known = next((u for u in entry.units if unit == u or (u and unit.startswith(f"{u} "))), None)
    if known is None:
        units = ", ".join(u or "none" for u in entry.units) or "none, its results are words"
        return "unit", f"{name}: {text}: the unit {unit!r} is not one of: {units}"
    possible = Quantity.parse(entry.units[known])
    low, high = possible.value or 0.0, possible.high or 0.0
    values = [value for value in (quantity.value, quantity.high, quantity.second) if value is not None]
    if all(low <= value <= high for value in values):
        return None
    return "range", f"{name}: {text} is not possible in a living patient ({possible} {known})"
