"""The case book as rows: every case in the guide's form, with its diagnosis and what else is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from workup.clinic.ages import person
from workup.clinic.book import Case, Condition, Specialty, Use, conditions, read_book
from workup.data.rows import BadRow, Row
from workup.errors import DataError, nearest


def rows() -> list[Row]:
    """One row a case: the installed source "clinic".

    Columns: `id`, `findings` (the case in the guide's form), `whole` (all of the structured case as one
    line), `text` (the case in free words),
    `diagnosis`, `aliases`, `differential`, `icd10`, `urgency`, `specialty`, `age`, `sex`, `style`,
    `form`, `use` (train or validation).
    """
    return [
        row_of(specialty, condition, case, f"clinic: {specialty.specialty}: {case.id}")
        for specialty, condition in conditions()
        for case in condition.cases
    ]


def read(path: str) -> Iterator[Row | BadRow]:
    """The source format "casebook:PATH": a case book of the user's own, one YAML file or a folder of them.

    Raises:
        DataError: there is nothing to read at the path.
    """
    for file in read_book(path):
        yield from file.faults
        if file.sound is None:
            continue
        for number, condition in enumerate(file.sound.conditions):
            for position, case in enumerate(condition.cases):
                line = file.lines.of("conditions", number, "cases", position)
                yield row_of(file.sound, condition, case, f"{file.place}:{line}")


def read_texts(use: str) -> Iterator[Row]:
    """The source format "clinic-text:train": the cases of one use, told in free words where findings stand.

    Raises:
        DataError: the use is neither train nor validation.
    """
    if use not in get_args(Use):
        raise DataError(f"clinic-text:{use}: {nearest(use, get_args(Use))}")
    for row in rows():
        if row.values["use"] == use:
            yield Row({**row.values, "findings": row.values["text"]}, f"{row.place}, as text")


def description(condition: Condition) -> str:
    """What the book knows of a condition in one line, its cases left out."""
    labs = [f"{name} {value}" for name, value in condition.labs.items()]
    parts = [condition.name, *condition.findings, *labs, *condition.imaging, *condition.tests]
    return "; ".join(parts)


def row_of(specialty: Specialty, condition: Condition, case: Case, place: str) -> Row:
    """A case as a row with the columns of `rows`."""
    return Row(
        {
            "id": case.id,
            "findings": render(case),
            "whole": render_whole(case),
            "text": case.text,
            "diagnosis": condition.name,
            "aliases": list(condition.aliases),
            "differential": list(case.differential or condition.differential),
            "icd10": condition.icd10,
            "urgency": case.urgency or condition.urgency,
            "specialty": specialty.specialty,
            "age": case.age,
            "sex": case.sex,
            "style": case.style,
            "form": case.form,
            "use": case.use,
        },
        place,
    )


def render(case: Case) -> str:
    """The case in the guide's form: "Symptoms: fever, cough. CRP: 67 mg/L. Imaging: basal infiltrate."."""
    parts = [*_listed("Symptoms", case.symptoms), *_listed("Signs", case.signs)]
    parts += [f"{name}: {value}" for name, value in case.labs.items()]
    parts += [*_listed("Imaging", case.imaging), *_listed("Tests", case.tests)]
    return _sentences(parts)


def render_whole(case: Case) -> str:
    """Everything the structured case holds: age, sex, history, absent findings and vital signs too."""
    before = [person(case.age, case.sex), *_listed("History", case.history)]
    after = [*_listed("Absent", case.absent), *(f"{name}: {value}" for name, value in case.vitals.items())]
    return " ".join(part for part in (_sentences(before), render(case), _sentences(after)) if part)


def _sentences(parts: Sequence[str]) -> str:
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts)


def _listed(title: str, findings: Sequence[str]) -> list[str]:
    return [f"{title}: {', '.join(findings)}"] if findings else []
