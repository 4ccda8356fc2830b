"""The diagnoses that a case may be labelled with: those of the case book, by any of their names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from workup.clinic.book import Condition, conditions
from workup.errors import DataError, nearest


@dataclass(frozen=True)
class Label:
    """A condition of the case book, and the specialty whose file it stands in."""

    condition: Condition
    specialty: str

    @property
    def name(self) -> str:
        """The canonical name: the one that is stored and trained on."""
        return self.condition.name


def label(name: str) -> Label:
    """The diagnosis of a name or an alias, in any case.

    Raises:
        DataError: the case book knows no such diagnosis; with the nearest name.
    """
    found = _by_name().get(_key(name))
    if found is None:
        raise DataError(f"{name.strip()!r} is no diagnosis of the case book; {likeliest(name)}")
    return found


def likeliest(name: str) -> str:
    """The end of an error message: the nearest diagnosis; never the whole list of hundreds."""
    names = {n: None for one in _by_name().values() for n in one.condition.names}
    told = nearest(name.strip(), names)
    return told if told.startswith("did you") else "workup data describe clinic shows where they stand"


@cache
def labels() -> tuple[Label, ...]:
    """Every diagnosis, in the order of the case book."""
    return tuple(Label(condition, specialty.specialty) for specialty, condition in conditions())


@cache
def _by_name() -> dict[str, Label]:
    return {_key(name): one for one in reversed(labels()) for name in one.condition.names}


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
