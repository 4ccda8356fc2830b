"""The case book: conditions and cases, one YAML file a specialty, read and checked on loading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from workup.clinic.entries import Entry, Parsed, Text, parse, parse_sound
from workup.clinic.quantity import Quantity
from workup.data.readers import read_lines
from workup.errors import DataError

Urgency = Literal["emergency", "urgent", "routine"]
Style = Literal["telegraphic", "note", "lay"]
Form = Literal["typical", "atypical", "incomplete"]
STYLES: tuple[Style, ...] = ("telegraphic", "note", "lay")
Use = Literal["train", "validation"]
Share = Annotated[float, Field(gt=0, le=1)]

FILES = resources.files("workup.clinic") / "book"


class Case(Entry):
    """One textbook-typical patient in our own words; never a real person.

    `text` is the free-text form in the case's `style`; the other fields are the same patient in
    structured form. `labs` and `vitals` map a name to a quantity with its unit ("67 mg/L").
    `differential` and `urgency` are set only where the case departs from its condition.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+-[1-9]\d*$")]
    use: Use
    style: Style
    form: Form = "typical"
    age: Annotated[str, Field(pattern=r"^\d+ (years?|months?|weeks?|days?|hours?)$")]
    sex: Literal["male", "female"]
    history: tuple[Text, ...] = ()
    symptoms: Annotated[tuple[Text, ...], Field(min_length=1)]
    signs: tuple[Text, ...] = ()
    absent: tuple[Text, ...] = ()
    vitals: dict[str, Text] = Field(default_factory=dict)
    labs: dict[str, Text] = Field(default_factory=dict)
    imaging: tuple[Text, ...] = ()
    tests: tuple[Text, ...] = ()
    text: Annotated[str, Field(min_length=20)]
    differential: tuple[Text, ...] = ()
    urgency: Urgency | None = None

    @field_validator("text")
    @classmethod
    def _one_paragraph(cls, text: str) -> str:
        return " ".join(text.split())


_UNIT = r"(?:year|month|week|day|hour|minute)s?"
Span = Annotated[str, Field(pattern=rf"^\d+ (?:{_UNIT} )?to \d+ {_UNIT}$")]


class Patients(Entry):
    """Who typically has a condition: the range of ages ("40 to 80 years"), and the share that is male."""

    age: Span
    male: Annotated[float, Field(ge=0, le=1)]


class Condition(Entry):
    """One diagnosis: its names, code, urgency, ordered differential, what is found, and its cases.

    `duration` is how long the complaints have usually lasted when the patient comes ("2 hours to 3 days").
    `findings` maps a finding to the rough share of patients who have it (0 to 1, textbook
    knowledge, not a measured prevalence); `labs` maps an analyte to its usual range in this
    condition; `against` lists what makes the diagnosis less likely.
    """

    name: Text
    icd10: Annotated[str, Field(pattern=r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$")]
    aliases: tuple[Text, ...] = ()
    urgency: Urgency
    patients: Patients
    duration: Span
    differential: Annotated[tuple[Text, ...], Field(min_length=1)]
    findings: Annotated[dict[str, Share], Field(min_length=1)]
    labs: dict[str, Text] = Field(default_factory=dict)
    imaging: tuple[Text, ...] = ()
    tests: tuple[Text, ...] = ()
    against: Annotated[tuple[Text, ...], Field(min_length=1)]
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical name first, then every alias a clinician would accept."""
        return (self.name, *self.aliases)

    @staticmethod
    def whole_text(case: Case) -> str:
        """Every word of the case that a model could be shown, in one string."""
        parts = [*case.history, *case.symptoms, *case.signs, *case.absent]
        parts += [f"{name} {value}" for name, value in {**case.vitals, **case.labs}.items()]
        return "; ".join([*parts, *case.imaging, *case.tests, case.text])


class Specialty(Entry):
    """One file of the case book."""

    specialty: Text
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)]


def parse_specialty(text: str, place: str) -> Specialty:
    """Read one file of the case book.

    Raises:
        Faulty: the YAML is broken, or a condition or a case breaks the schema; every fault with its line.
    """
    return parse(text, place, Specialty)


def book_files(path: Path) -> list[Path]:
    """The YAML files of a case book: the file itself, or those of a folder in the order of their names.

    Raises:
        DataError: there is no such file, or the folder holds none.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise DataError(f"there is no case book at {path}: give a YAML file, or a folder that holds some")
    return files


def read_book(path: str) -> Iterator[Parsed[Specialty]]:
    """The files of the case book at a path, or of the shipped one (""), as far as they follow the schema.

    A faulty case is left out of its condition, and a condition with a fault of its own out of its file.

    Raises:
        DataError: there is no book at the path, or a file of it is not UTF-8.
    """
    for file in book_files(Path(path or str(FILES))):
        place = str(file) if path else file.name
        yield parse_sound("".join(read_lines(file)), place, Specialty, ("conditions", "cases"))


@cache
def specialties() -> tuple[Specialty, ...]:
    """The whole case book, in the order of its file names."""
    return tuple(parse_specialty(f.read_text(encoding="utf-8"), f.name) for f in book_files(Path(str(FILES))))


def conditions() -> Iterator[tuple[Specialty, Condition]]:
    """Every condition of the case book with the specialty it belongs to."""
    for specialty in specialties():
        for condition in specialty.conditions:
            yield specialty, condition


@cache
def by_name() -> Mapping[str, tuple[Specialty, Condition]]:
    """Every condition by its canonical name, with the specialty it belongs to."""
    return {condition.name: (specialty, condition) for specialty, condition in conditions()}


def quantities(case: Case) -> dict[str, Quantity]:
    """The case's vital signs and laboratory results, parsed."""
    return {name: Quantity.parse(text) for name, text in {**case.vitals, **case.labs}.items()}
