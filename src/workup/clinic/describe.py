"""The case book as tables that a clinician can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from workup.clinic.book import STYLES, Case, Condition, Specialty, read_book, specialties
from workup.data.about import Table


def tables(argument: str) -> Sequence[Table]:
    """The book by specialty and by style, and its first condition in full; "" is the shipped book.

    Of a book with faults they show what follows the schema, and there are none where nothing does.
    """
    book = [file.sound for file in read_book(argument) if file.sound] if argument else specialties()
    return (_by_specialty(book), _by_style(book), _in_full(book[0].conditions[0])) if book else ()


def _by_specialty(book: Sequence[Specialty]) -> Table:
    rows = []
    for specialty in book:
        urgency = Counter(condition.urgency for condition in specialty.conditions)
        uses = Counter(case.use for case in _cases([specialty]))
        forms = Counter(case.form for case in _cases([specialty]) if case.use == "validation")
        counts = [len(specialty.conditions), *(urgency[u] for u in ("emergency", "urgent", "routine"))]
        counts += [uses["train"], uses["validation"], forms["atypical"], forms["incomplete"]]
        rows.append((specialty.specialty, *map(str, counts)))
    totals = [sum(int(row[column]) for row in rows) for column in range(1, 9)]
    headers = ("specialty", "conditions", "emergency", "urgent", "routine", "training", "validation",
               "atypical", "incomplete")  # fmt: skip
    return Table("By specialty", headers, (*rows, ("all", *map(str, totals))))


def _by_style(book: Sequence[Specialty]) -> Table:
    counts = Counter((case.style, case.use) for case in _cases(book))
    rows = tuple((style, str(counts[style, "train"]), str(counts[style, "validation"])) for style in STYLES)
    return Table("By style", ("style", "training", "validation"), rows)


def _in_full(condition: Condition) -> Table:
    case = next((case for case in condition.cases if case.use == "validation"), condition.cases[0])
    rows = (
        ("code, urgency", f"{condition.icd10}, {condition.urgency}"),
        ("also called", ", ".join(condition.aliases)),
        ("patients", f"{condition.patients.age}, {condition.patients.male:.0%} male"),
        ("lasted", condition.duration),
        ("findings", ", ".join(f"{name} {share:.0%}" for name, share in condition.findings.items())),
        ("laboratory", ", ".join(f"{name} {value}" for name, value in condition.labs.items())),
        ("imaging, tests", ", ".join((*condition.imaging, *condition.tests))),
        ("against it", "; ".join(condition.against)),
        ("rather", ", ".join(condition.differential)),
        (f"a {case.use} case", case.text),
    )
    return Table(f"One condition in full: {condition.name}", ("", ""), rows)


def _cases(book: Sequence[Specialty]) -> list[Case]:
    return [case for specialty in book for condition in specialty.conditions for case in condition.cases]
