import shutil
from pathlib import Path

import pytest
import yaml

from workup.clinic.book import FILES
from workup.clinic.check import faults
from workup.data.checked import check_source

SHIPPED = Path(str(FILES)) / "15_urology.yaml"


@pytest.fixture
def book(tmp_path):
    """One specialty of the book as a book of its own."""
    folder = tmp_path / "book"
    folder.mkdir()
    shutil.copy(SHIPPED, folder)
    return folder / SHIPPED.name


def changed(book, change):
    data = yaml.safe_load(book.read_text())
    change(data["conditions"])
    book.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000))


def kinds(book):
    return {(fault.kind, fault.severity) for fault in check_source(f"casebook:{book}").faults}


def test_the_shipped_book_has_no_fault_at_all():
    checked = check_source("clinic")
    assert [str(fault) for fault in checked.faults] == []
    assert len(checked.rows) == 855
    assert not checked.not_looked_for


def test_one_specialty_alone_has_no_fault_either(book):
    assert kinds(book) == set()


def case(conditions, condition=0, number=0):
    return conditions[condition]["cases"][number]


def set_(target, **values):
    target.update(values)


SEEDED = {
    "schema": lambda c: set_(case(c), sex="unknown"),
    "code": lambda c: set_(c[0], icd10="Q99.99"),
    "alias": lambda c: c[0]["aliases"].append(c[1]["name"].upper()),
    "differential": lambda c: c[0]["differential"].append(c[0]["name"]),
    "vocabulary": lambda c: c[0]["findings"].update({"blue ears": 0.5}),
    "unit": lambda c: case(c).setdefault("labs", {}).update({"CRP": "12 g/L"}),
    "range": lambda c: case(c).setdefault("vitals", {}).update({"temperature": "386 °C"}),
    "identity": lambda c: set_(case(c, 1), id=case(c)["id"]),
    "coverage": lambda c: set_(case(c), style=case(c, 0, 1)["style"]),
    "balance": lambda c: c[0]["cases"].pop(0),
    "giveaway": lambda c: set_(case(c), text=case(c)["text"] + f" It is {c[0]['name'].lower()}."),
    "duplicate": lambda c: set_(case(c, 1), text=case(c)["text"].replace("1", "2")),
    "contradiction": lambda c: [
        set_(case(c, 1), **{key: case(c)[key] for key in case(c) if key not in {"id", "use", "style"}}),
        [case(c, 1).pop(key) for key in list(case(c, 1)) if key not in case(c)],
    ],
    "patient": lambda c: [
        set_(x, patients={"age": "20 to 60 years", "male": 0.0 if case([x])["sex"] == "male" else 1.0})
        for x in c[:1]
    ],
}


@pytest.mark.parametrize("kind", SEEDED)
def test_a_seeded_fault_of_each_kind_is_caught(book, kind):
    changed(book, SEEDED[kind])
    assert kind in {found for found, _ in kinds(book)}


def test_a_near_copy_across_the_split_is_an_error_and_within_it_a_warning(book):
    def copy(number):
        return lambda c: set_(case(c, 0, number), text=case(c)["text"].replace("a", "e", 1))

    changed(book, copy(1))
    assert ("duplicate", "warning") in kinds(book)
    assert ("duplicate", "error") not in kinds(book)
    changed(book, copy(3))
    assert ("duplicate", "error") in kinds(book)


def test_a_fault_stands_at_its_line_of_the_file(book):
    lines = book.read_text().splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if "icd10:" in line)
    lines[number - 1] = "    icd10: Q99.99"
    book.write_text("\n".join(lines))
    assert [(fault.kind, fault.place) for fault in faults(str(book))] == [("code", f"{book}:{number}")]


def test_a_faulty_entry_leaves_the_others_checked_and_is_not_missed_in_the_count(book):
    def change(conditions):
        set_(case(conditions), sex="unknown")
        set_(conditions[1], urgency="soon")
        case(conditions, 0, 1).setdefault("labs", {}).update({"CRP": "12 g/L"})
        set_(conditions[2], icd10="Q99.99")

    changed(book, change)
    found = check_source(f"casebook:{book}").faults
    assert [(fault.kind, fault.field) for fault in found] == [
        ("schema", "conditions.0.cases.0.sex"),
        ("schema", "conditions.1.urgency"),
        ("code", "icd10"),
        ("unit", "labs"),
    ]
    lines = book.read_text().splitlines()
    assert "Q99.99" in lines[int(found[2].place.rpartition(":")[2]) - 1]
    assert lines[int(found[3].place.rpartition(":")[2]) - 1].strip() == "labs:"


def test_too_many_unusual_tests_are_an_imbalance(book):
    def all_atypical(conditions):
        for condition in conditions:
            for one in condition["cases"]:
                one["form"] = "atypical"

    changed(book, all_atypical)
    assert kinds(book) == {("balance", "warning")}


def test_quantities_that_look_odd_but_are_right_pass(book):
    changed(
        book,
        lambda c: (
            case(c)
            .setdefault("labs", {})
            .update({"CSF cells": "3400 /uL with 92 % neutrophils", "CRP": "<1 mg/L", "TSH": "undetectable"})
        ),
    )
    assert kinds(book) == set()
