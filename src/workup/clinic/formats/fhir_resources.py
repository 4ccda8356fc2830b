"""The parts of FHIR R4 resources that are read; field names are FHIR's own.

The package `fhir.resources` was tried and is not used: it refuses what real exports contain (a time
without zone, a field it does not know, an empty text, an id with an underscore), and a whole Bundle for one
such entry. These models pass over what they do not read. That keeps addresses and identifiers out from the
start; names are kept, because they have to be known to be removed from free text.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from workup.clinic.formats.documents import Part

_SNOMED_KIND = re.compile(
    r" \((?:disorder|finding|situation|event|procedure|morphologic abnormality|observable entity|"
    r"qualifier value|regime/therapy)\)$"
)

_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?$", re.ASCII)


def day(moment: str) -> date:
    """The day of a FHIR date; the first of the month or of the year where it ends there.

    Raises:
        ValueError: it is no date.
    """
    match = _MOMENT.match(moment)
    if match is None:
        raise ValueError
    year, month, number = match.groups("1")
    return date(int(year), int(month), int(number))


def _moment(text: str) -> str:
    try:
        day(text)
    except ValueError:
        raise ValueError("must be a date such as 2024-03-12 or 2024-03-12T09:30:00Z") from None
    return text


def _link(value: Any, info: ValidationInfo) -> Any:
    """A reference as "Type/id", whether it was relative, absolute, of one version, or a Bundle's fullUrl."""
    if isinstance(value, dict):
        value = value.get("reference")
    if not isinstance(value, str):
        raise ValueError('must be a reference, such as {"reference": "Patient/1"}')
    value = (info.context or {}).get(value, value)
    match = re.search(r"([A-Za-z]+/[^/]+?)(?:/_history/[^/]+)?$", value)
    return match[1] if match else value


Moment = Annotated[str, AfterValidator(_moment)]
Link = Annotated[str, BeforeValidator(_link)]


class Coding(Part):
    """A code, and how its system displays it."""

    code: str = ""
    display: str = ""


class Concept(Part):
    """A CodeableConcept: codes, and the words that were chosen for it."""

    coding: tuple[Coding, ...] = ()
    text: str = ""

    @property
    def codes(self) -> set[str]:
        """All its codes, of whatever system."""
        return {coding.code for coding in self.coding}

    @property
    def name(self) -> str:
        """The text, else a display, else a code; SNOMED CT's "(disorder)" and the like are left off."""
        shown = [self.text, *(c.display for c in self.coding), *(c.code for c in self.coding), ""]
        return _SNOMED_KIND.sub("", next((text.strip() for text in shown if text.strip()), ""))

    @property
    def by_hand(self) -> bool:
        """Whether `name` is nobody's code or display, but may have been typed in."""
        return self.text.strip() not in {"", *(coding.display.strip() for coding in self.coding)}


class Quantity(Part):
    """A measured value; `code` is the UCUM unit, `unit` the unit as displayed."""

    value: float | None = None
    comparator: str = ""
    unit: str = ""
    code: str = ""


class Bounds(Part):
    """A Range or a Ratio of quantities."""

    low: Quantity | None = None
    high: Quantity | None = None
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(Part):
    """A time from `start` to `end`."""

    start: Moment | None = None
    end: Moment | None = None


class Extension(Part):
    """An extension; read only where it tells an age."""

    url: str = ""
    extension: tuple[Extension, ...] = ()
    valueAge: Quantity | None = None
    valueQuantity: Quantity | None = None
    valueInteger: int | None = None


class Name(Part):
    """A name of the patient, kept only to remove it from free text."""

    family: str = ""
    given: tuple[str, ...] = ()
    text: str = ""


class Annotation(Part):
    """A note in free text."""

    text: str = ""


class Patient(Part):
    """Who it is: age and sex."""

    id: str = Field(min_length=1)
    gender: str = ""
    birthDate: Moment | None = None
    name: tuple[Name, ...] = ()
    extension: tuple[Extension, ...] = ()


class Encounter(Part):
    """When the patient was seen."""

    id: str = ""
    subject: Link
    period: Period = Period()

    @property
    def when(self) -> str:
        """When it ended, or began; "" when neither is told."""
        return self.period.end or self.period.start or ""


class Condition(Part):
    """A diagnosis or problem."""

    id: str = ""
    subject: Link
    code: Concept
    clinicalStatus: Concept = Concept()
    verificationStatus: Concept = Concept()
    category: tuple[Concept, ...] = ()
    encounter: Link | None = None
    recordedDate: Moment | None = None
    onsetDateTime: Moment | None = None
    onsetAge: Quantity | None = None
    onsetPeriod: Period = Period()

    @property
    def onset(self) -> str:
        """When it began; "" when that is not told as a date."""
        return self.onsetDateTime or self.onsetPeriod.start or ""

    @property
    def when(self) -> str:
        """When it was recorded, or began."""
        return self.recordedDate or self.onset


class _Value(Part):
    code: Concept
    valueQuantity: Quantity | None = None
    valueCodeableConcept: Concept | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueInteger: int | None = None
    valueRange: Bounds | None = None
    valueRatio: Bounds | None = None
    interpretation: tuple[Concept, ...] = ()


class Component(_Value):
    """One of several values observed together."""


class _Dated(Part):
    id: str = ""
    subject: Link
    status: str = ""
    encounter: Link | None = None
    effectiveDateTime: Moment | None = None
    effectivePeriod: Period = Period()
    issued: Moment | None = None

    @property
    def when(self) -> str:
        """When it was true of the patient, or else made known."""
        return self.effectiveDateTime or self.effectivePeriod.start or self.issued or ""


class Observation(_Value, _Dated):
    """A finding or measurement."""

    component: tuple[Component, ...] = ()
    note: tuple[Annotation, ...] = ()


class DiagnosticReport(_Dated):
    """What an examination concluded."""

    code: Concept = Concept()
    conclusion: str = ""
    conclusionCode: tuple[Concept, ...] = ()


Resource = Patient | Encounter | Condition | Observation | DiagnosticReport
READ: dict[str, type[Resource]] = {
    "Patient": Patient,
    "Encounter": Encounter,
    "Condition": Condition,
    "Observation": Observation,
    "DiagnosticReport": DiagnosticReport,
}
