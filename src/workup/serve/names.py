"""Names of the case book, as a request has them.

What is no such name may be anything, a patient's name among it. So no error repeats it: each tells the
nearest name that there is, or all of them.
"""

from __future__ import annotations

from functools import cache

from workup.clinic.book import specialties
from workup.errors import DataError, nearest
from workup.learning.labels import label, likeliest
from workup.registry.lines import line_of


def specialty(given: str) -> str:
    """A specialty of the case book, by its name in any case or by that of its line.

    Raises:
        ValueError: it is none; the message follows the name of the field.
    """
    found = named(given)
    if found is None:
        raise ValueError(f"is no specialty; {nearest(given, sorted(_specialties().values()))}")
    return found


def named(given: str) -> str | None:
    """The same without an error; None: it is none."""
    return _specialties().get(given.strip().casefold())


def diagnosis(given: str) -> str:
    """A diagnosis of the case book, by any of its names in any case.

    Raises:
        ValueError: it is none; the message follows the name of the field.
    """
    try:
        return label(given).name
    except DataError:
        raise ValueError(f"is no diagnosis of the case book; {likeliest(given)}") from None


@cache
def _specialties() -> dict[str, str]:
    names = [one.specialty for one in specialties()]
    return {line_of(name): name for name in names} | {name.casefold(): name for name in names}
