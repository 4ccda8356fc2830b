"""The lines of versions: one for each specialty of the case book, and a general one for every case."""

from __future__ import annotations

import re
from functools import cache

from workup.errors import RegistryError, nearest

GENERAL = "general"
SERVING, CANDIDATE = "serving", "candidate"


@cache
def lines() -> dict[str, str | None]:
    """The name of every line, and the specialty it is for; None: the general one."""
    from workup.clinic.book import specialties

    return {GENERAL: None, **{line_of(one.specialty): one.specialty for one in specialties()}}


def line_of(specialty: str) -> str:
    """The line of a specialty: that of "Internal medicine" would be internal-medicine."""
    return re.sub(r"[^a-z0-9]+", "-", specialty.casefold()).strip("-")


def checked(line: str) -> str:
    """A line by its name, or by the name of its specialty.

    Raises:
        RegistryError: there is no such specialty.
    """
    name = line_of(line)
    if name != GENERAL and name not in lines():
        raise RegistryError(f"there is no line {line!r}; {nearest(name, lines())}")
    return name


def parse(reference: str) -> tuple[str, str | None]:
    """The two parts of LINE or LINE@WHICH; the second is a number, `serving`, `candidate`, or None.

    Raises:
        RegistryError: it is of another form.
    """
    line, at, which = reference.partition("@")
    if not line or (at and not which.isdecimal() and which not in (SERVING, CANDIDATE)):
        raise RegistryError(
            f"{reference!r} names no version; write LINE@NUMBER, LINE@{SERVING} or LINE@{CANDIDATE}, "
            f"such as {GENERAL}@1"
        )
    return line, which or None
