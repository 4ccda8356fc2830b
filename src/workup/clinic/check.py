"""Checks a case book: names, codes, values, vocabulary, coverage and balance, each fault with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from workup.clinic.analytes import problem
from workup.clinic.book import STYLES, Case, Condition, read_book
from workup.clinic.describe import tables
from workup.clinic.entries import Lines
from workup.clinic.lexicon import findings
from workup.data.about import About
from workup.data.check import Fault, Roles, Severity
from workup.errors import nearest

# A third of the validation cases should be unusual; beyond these shares the test is too easy or too hard.
_UNUSUAL = (0.25, 0.42)


class _Place(NamedTuple):
    """A condition of a book, or one of its cases, with the way to it in its file."""

    file: str
    lines: Lines
    condition: Condition
    path: tuple[str | int, ...]

    def fault(self, kind: str, field: str, reason: str, severity: Severity = "error") -> Fault:
        """A fault of one of its fields ("labs.CRP")."""
        steps = [int(step) if step.isdecimal() else step for step in field.split(".")]
        return Fault(kind, severity, f"{self.file}:{self.lines.of(*self.path, *steps)}", field, reason)


Book = Sequence[_Place]


def _read(argument: str) -> list[_Place]:
    """Every condition of the book; what breaks the schema is passed over, reading the rows reports it."""
    return [
        _Place(file.place, file.lines, condition, ("conditions", number))
        for file in read_book(argument)
        if file.sound
        for number, condition in enumerate(file.sound.conditions)
    ]


def _cases(book: Book) -> Iterator[tuple[_Place, Case]]:
    for place in book:
        for number, case in enumerate(place.condition.cases):
            yield place._replace(path=(*place.path, "cases", number)), case


def _counted(book: Book) -> Book:
    """The conditions whose cases can be counted: one without its faulty cases is not short of them."""
    return [place for place in book if place.lines.whole(*place.path)]


def _codes(book: Book) -> Iterator[Fault]:
    import simple_icd_10_cm as icd

    for place in book:
        if not icd.is_valid_item(place.condition.icd10):
            yield place.fault("code", "icd10", f"{place.condition.icd10} is no code of ICD-10-CM")


def _names(book: Book) -> Iterator[Fault]:
    """One name, one condition: an answer must say which one is meant."""
    owners: dict[str, str] = {}
    for place in book:
        for number, name in enumerate(place.condition.names):
            owner = owners.setdefault(name.casefold(), place.condition.name)
            field = "name" if number == 0 else f"aliases.{number - 1}"
            if owner != place.condition.name:
                yield place.fault("alias", field, f"{name!r} is a name of {owner} too")
            elif number and name.casefold() in {n.casefold() for n in place.condition.names[:number]}:
                yield place.fault("alias", field, f"{name!r} stands twice")


def _differentials(book: Book) -> Iterator[Fault]:
    for place in book:
        own = {name.casefold() for name in place.condition.names}
        seen: set[str] = set()
        for number, rival in enumerate(place.condition.differential):
            field = f"differential.{number}"
            if rival.casefold() in own:
                yield place.fault("differential", field, f"{rival!r} is the condition itself")
            if rival.casefold() in seen:
                yield place.fault("differential", field, f"{rival!r} stands twice")
            seen.add(rival.casefold())


def _vocabulary(book: Book) -> Iterator[Fault]:
    """A finding that the lexicon lacks can be told in one way only."""
    known = findings()
    for place in book:
        condition = place.condition
        for field in ("findings", "imaging", "tests"):
            for name in getattr(condition, field):
                if name not in known:
                    reason = f"{name!r} is not in the lexicon; {nearest(name, known)}"
                    yield place.fault("vocabulary", field, reason, "warning")


def _values(book: Book) -> Iterator[Fault]:
    for place in book:
        yield from _measured(place, "labs", place.condition.labs)
    for place, case in _cases(book):
        yield from _measured(place, "labs", case.labs)
        yield from _measured(place, "vitals", case.vitals)


def _measured(place: _Place, field: str, values: Mapping[str, str]) -> Iterator[Fault]:
    for name, text in values.items():
        if found := problem(name, text):
            yield place.fault(found[0], field, found[1])


def _patients(book: Book) -> Iterator[Fault]:
    for place, case in _cases(book):
        share = place.condition.patients.male
        if share == (1.0 if case.sex == "female" else 0.0):
            yield place.fault("patient", "sex", f"{case.id}: {place.condition.name} in a {case.sex} patient")


def _ids(book: Book) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for place, case in _cases(book):
        if case.id in first:
            yield place.fault("identity", "id", f"{case.id!r} stands in {first[case.id]} too")
        first.setdefault(case.id, place.file)


def _coverage(book: Book) -> Iterator[Fault]:
    """Every condition is taught in every style, and tested."""
    for place in _counted(book):
        name, cases = place.condition.name, place.condition.cases
        taught = {case.style for case in cases if case.use == "train"}
        for style in STYLES:
            if style not in taught:
                yield place.fault("coverage", "cases", f"{name} has no training case in {style} style")
        if not any(case.use == "validation" for case in cases):
            yield place.fault("coverage", "cases", f"{name} has no validation case")


def _balance(book: Book) -> Iterator[Fault]:
    book = _counted(book)
    for use in ("train", "validation"):
        counts = [sum(case.use == use for case in place.condition.cases) for place in book]
        common = Counter(counts).most_common(1)[0][0] if counts else 0
        for place, count in zip(book, counts, strict=True):
            if count != common:
                reason = f"{place.condition.name} has {count} {use} cases, most conditions have {common}"
                yield place.fault("balance", "cases", reason, "warning")
    tests = [case for _, case in _cases(book) if case.use == "validation"]
    unusual = sum(case.form != "typical" for case in tests) / len(tests) if tests else 1 / 3
    if not _UNUSUAL[0] <= unusual <= _UNUSUAL[1]:
        reason = f"{unusual:.0%} of the validation cases are atypical or incomplete; a third is meant"
        yield Fault("balance", "warning", "all cases", "form", reason)


# What a fault is about: the check that finds it.
_CHECKS: dict[str, Callable[[Book], Iterator[Fault]]] = {
    "code": _codes,
    "alias": _names,
    "differential": _differentials,
    "vocabulary": _vocabulary,
    "unit and range": _values,
    "patient": _patients,
    "identity": _ids,
    "coverage": _coverage,
    "balance": _balance,
}


def faults(argument: str) -> Iterator[Fault]:
    """Every fault of the shipped book (""), or of the book at a path.

    Raises:
        DataError: there is no book at the path.
    """
    book = _read(argument)
    for check in _CHECKS.values():
        yield from check(book)


ABOUT = About(
    roles=Roles(texts=("text", "whole"), answer="diagnosis", accepted="aliases", split="use", secret=True),
    checks=tuple(_CHECKS),
    faults=faults,
    tables=tables,
)
