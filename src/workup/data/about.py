"""What a package knows of a source that it installs, beyond the rows: registered as "workup.about"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points

from workup.data.check import Fault, Roles

ABOUT = "workup.about"


@dataclass(frozen=True)
class Table:
    """A table for people: a title, the headers, and the rows as text."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class About:
    """The roles of a source's columns, what else is checked of it, and tables that describe it.

    `checks` names what `faults` looks for beyond the rows themselves. `faults` and `tables` take what
    stands after the colon of the source ("" for a source without one).
    """

    roles: Roles
    checks: tuple[str, ...]
    faults: Callable[[str], Iterable[Fault]]
    tables: Callable[[str], Sequence[Table]]


def about(source: str) -> tuple[About, str] | None:
    """What is known of a source, and its argument; None for a file."""
    name, _, argument = source.partition(":")
    for point in entry_points(group=ABOUT):
        if point.name == name:
            known: About = point.load()
            return known, argument
    return None
