"""The case book as rows: every case in the guide's form, with its diagnosis and what else is known."""

from __future__ import annotations

from collections.abc import Sequence

from workup.clinic.book import Case, Condition, Specialty, conditions
from workup.data.rows import Row


def rows() -> list[Row]:
    """One row a case: the installed source "clinic".

    Columns: `id`, `findings` (the case in the guide's form), `whole` (all of the structured case as one
    line), `text` (the case in free words),
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
        f"clinic: {specialty.specialty}: {case.id}",
    )


def render(case: Case) -> str:
    """The case in the guide's form: "Symptoms: fever, cough. CRP: 67 mg/L. Imaging: basal infiltrate."."""
    parts = [*_listed("Symptoms", case.symptoms), *_listed("Signs", case.signs)]
    parts += [f"{name}: {value}" for name, value in case.labs.items()]
    parts += [*_listed("Imaging", case.imaging), *_listed("Tests", case.tests)]
    return _sentences(parts)


def render_whole(case: Case) -> str:
    """Everything the structured case holds: age, sex, history, absent findings and vital signs too."""
    before = [f"{_age(case.age)} {_person(case)}", *_listed("History", case.history)]
    after = [*_listed("Absent", case.absent), *(f"{name}: {value}" for name, value in case.vitals.items())]
    return " ".join(part for part in (_sentences(before), render(case), _sentences(after)) if part)


def _sentences(parts: Sequence[str]) -> str:
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts)


def _listed(title: str, findings: Sequence[str]) -> list[str]:
    return [f"{title}: {', '.join(findings)}"] if findings else []


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
