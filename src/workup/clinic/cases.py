"""The case book as rows: every case in the guide's form, with its diagnosis and what else is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workup.clinic.book import Case, Condition, Specialty, conditions
from workup.data.rows import Row


def rows() -> list[Row]:
    """One row a case: the installed source "clinic".

    Columns: `id`, `findings` (the structured case as one line), `text` (the case in free words),
    `diagnosis`, `aliases`, `differential`, `icd10`, `urgency`, `specialty`, `age`, `sex`, `style`,
    `form`, `use` (train or validation).
    """
    return [
        _row(specialty, condition, case) for specialty, condition in conditions() for case in condition.cases
    ]


def _row(specialty: Specialty, condition: Condition, case: Case) -> Row:
    return Row(
        {
            "id": case.id,
            "findings": render(case),
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
        f"clinic: {specialty.specialty}: {case.id}",
    )


def render(case: Case) -> str:
    """The structured case as one line, such as "Symptoms: fever, cough. CRP: 67 mg/L. Imaging: ..."."""
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in _parts(case))


def _parts(case: Case) -> Iterator[str]:
    yield f"{_age(case.age)} {_person(case)}"
    yield from _listed("History", case.history)
    yield from _listed("Symptoms", case.symptoms)
    yield from _listed("Signs", case.signs)
    yield from _listed("Absent", case.absent)
    for name, value in {**case.vitals, **case.labs}.items():
        yield f"{name}: {value}"
    yield from _listed("Imaging", case.imaging)
    yield from _listed("Tests", case.tests)


def _listed(title: str, findings: Sequence[str]) -> Iterator[str]:
    if findings:
        yield f"{title}: {', '.join(findings)}"


def _age(age: str) -> str:
    number, unit = age.split()
    return f"{number}-{unit.removesuffix('s')}-old"


def _person(case: Case) -> str:
    number, unit = case.age.split()
    child = not unit.startswith("year") or int(number) < 18
    return {
        ("male", True): "boy",
        ("male", False): "man",
        ("female", True): "girl",
        ("female", False): "woman",
    }[case.sex, child]
