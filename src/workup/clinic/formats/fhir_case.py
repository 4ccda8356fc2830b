"""One patient's FHIR resources as one case: which diagnosis, what history, which findings, at what age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from workup.clinic.ages import Span, age, person
from workup.clinic.formats.fhir_resources import (
    Concept,
    Condition,
    DiagnosticReport,
    Encounter,
    Extension,
    Observation,
    Patient,
    Quantity,
    day,
)
from workup.clinic.formats.fhir_values import ABSENT, PRESENT, Clean, finding
from workup.clinic.formats.paragraph import paragraph

_PAST = {"inactive": "no longer active", "remission": "in remission", "resolved": "resolved"}
_SUSPECTED = {"unconfirmed", "provisional", "differential"}
_WITHDRAWN = {"entered-in-error", "cancelled"}
_ISO_UNITS = {"a": "Y", "year": "Y", "mo": "M", "month": "M", "wk": "W", "week": "W", "d": "D", "day": "D"}

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Case:
    """One patient's case.

    Attributes:
        columns: of its row.
        sources: the conditions, observations and reports that its text tells.
    """

    columns: dict[str, Any]
    sources: tuple[Condition | Observation | DiagnosticReport, ...]


def case(identity: str, resources: Sequence[Any], today: date | None = None) -> Case:
    """One patient's resources as a case; `fhir.read` states the rules.

    Args:
        today: the day of the case; None: that of the diagnosis, else the last that anything is dated.
    """
    patient = next(iter(_of(Patient, resources)), None)
    conditions = [c for c in _of(Condition, resources) if not is_withdrawn(c)]
    diagnosis = max(filter(_is_diagnosis, conditions), key=lambda c: c.when, default=None)
    encounters = {f"Encounter/{e.id}": e for e in _of(Encounter, resources)}
    now = today or _now(diagnosis, encounters, resources)
    clean = Clean([name for n in (patient.name if patient else []) for name in (n.family, *n.given, n.text)])
    answer = clean.name(diagnosis.code) or None if diagnosis else None
    others = [c for c in conditions if c is not diagnosis and _known_by(c.onset or c.when, now)]
    known = [c for c in others if _is_history(c, answer, clean)]
    sections, statements = _history(known, now, clean), list[str]()
    evidence = [(one, finding(one, clean, answer)) for one in _evidence(diagnosis, now, resources)]
    for section, text in (told for _, every in evidence for told in every):
        (sections[section] if section else statements).append(text)
    years = _age(patient, now) if patient else None
    sex = patient.gender if patient and patient.gender in ("male", "female") else None
    columns = {
        "id": identity,
        "patient": identity,
        "text": paragraph(person(years, sex), sections, statements),
        "diagnosis": answer,
        "differential": list(dict.fromkeys(filter(None, [answer, *_suspected(others, clean)]))),
        "age": years,
        "sex": sex,
    }
    return Case(columns, (*known, *(one for one, told in evidence if told)))


def is_withdrawn(resource: Condition | Observation | DiagnosticReport) -> bool:
    """Whether it was entered in error or cancelled: then nothing of it is so."""
    status = _status(resource) if isinstance(resource, Condition) else {resource.status}
    return bool(status & _WITHDRAWN)


def _is_history(condition: Condition, answer: str | None, clean: Clean) -> bool:
    """Whether the text tells it: it is neither the answer nor a suspicion."""
    name = clean.name(condition.code)
    return bool(name) and not _same(name, answer) and not _status(condition) & _SUSPECTED


def _history(conditions: Sequence[Condition], now: date | None, clean: Clean) -> dict[str, list[str]]:
    """Conditions by section, and the sections of the evidence, which are still empty."""
    sections: dict[str, list[str]] = {"History": [], PRESENT: [], ABSENT: []}
    for condition in conditions:
        name = clean.name(condition.code)
        if "refuted" in _status(condition):
            sections[ABSENT].append(name)
        else:
            sections["History"].append(name + _since(condition, now))
    return sections


def _suspected(conditions: Sequence[Condition], clean: Clean) -> list[str]:
    """The suspected conditions, the latest first."""
    found = [condition for condition in conditions if _status(condition) & _SUSPECTED]
    return [clean.name(c.code) for c in sorted(found, key=lambda c: c.when, reverse=True)]


def _of(kind: type[Kind], resources: Sequence[Any]) -> list[Kind]:
    return [resource for resource in resources if isinstance(resource, kind)]


def _status(condition: Condition) -> set[str]:
    return condition.verificationStatus.codes


def _is_diagnosis(condition: Condition) -> bool:
    return (
        any("encounter-diagnosis" in category.codes for category in condition.category)
        and not condition.clinicalStatus.codes & _PAST.keys()
        and not _status(condition) & {"refuted", *_SUSPECTED}
    )


def _now(
    diagnosis: Condition | None, encounters: dict[str, Encounter], resources: Sequence[Any]
) -> date | None:
    """The day of the case: of the diagnosis and its encounter, or the last that anything is dated."""
    if diagnosis is None:
        moments = [resource.when for resource in resources if not isinstance(resource, Patient)]
    else:
        encounter = encounters.get(diagnosis.encounter or "")
        moments = [diagnosis.when, encounter.when if encounter else ""]
    return max((day(moment) for moment in moments if moment), default=None)


def _known_by(moment: str, now: date | None) -> bool:
    return not moment or now is None or day(moment) <= now


def _evidence(
    diagnosis: Condition | None, now: date | None, resources: Sequence[Any]
) -> list[Observation | DiagnosticReport]:
    """The latest of each kind known on that day; only those of the diagnosis's encounter where it has any."""
    every: list[Observation | DiagnosticReport]
    every = [*_of(Observation, resources), *_of(DiagnosticReport, resources)]
    found = [evidence for evidence in every if not is_withdrawn(evidence) and _known_by(evidence.when, now)]
    encounter = diagnosis.encounter if diagnosis else None
    same = [evidence for evidence in found if encounter and evidence.encounter == encounter]
    # A dictionary keeps the place of a key's first value and, as these are in order of time, the last value.
    latest = {
        (type(evidence), _key(evidence.code)): evidence
        for evidence in sorted(same or found, key=lambda evidence: evidence.when)
    }
    return list(latest.values())


def _key(concept: Concept) -> str:
    return concept.coding[0].code if concept.coding and concept.coding[0].code else concept.name


def _same(name: str, answer: str | None) -> bool:
    return answer is not None and name.casefold() == answer.casefold()


def _since(condition: Condition, now: date | None) -> str:
    """How long ago a condition began and what became of it: " (resolved, began 12 years ago)".

    Spans are cut off like ages: one of 95 years would tell the age.
    """
    past = next((words for code, words in _PAST.items() if code in condition.clinicalStatus.codes), "")
    span = None
    if condition.onset and now:
        span = Span.between(day(condition.onset), now)
    if condition.onsetAge and (began := _span(condition.onsetAge)):
        when = f"since the age of {age(began)}" if not past else f"began at the age of {age(began)}"
    elif span and span > Span(0):
        when = f"for {age(span)}" if not past else f"began {age(span)} ago"
    else:
        when = ""
    words = ", ".join(filter(None, (past, when)))
    return f" ({words})" if words else ""


def _age(patient: Patient, now: date | None) -> str | None:
    if patient.birthDate and now and day(patient.birthDate) <= now:
        return age(Span.between(day(patient.birthDate), now))
    span = _told(patient.extension)
    return age(span) if span else None


def _told(extensions: Sequence[Extension]) -> Span | None:
    """The age that an extension tells, directly or one level down."""
    for extension in extensions:
        if extension.url.lower().replace("-", "/").rpartition("/")[2] == "age":
            quantity = extension.valueAge or extension.valueQuantity
            if extension.valueInteger is not None:
                quantity = Quantity(value=extension.valueInteger, code="a")
            if span := (_span(quantity) if quantity else None) or _told(extension.extension):
                return span
    return None


def _span(quantity: Quantity) -> Span | None:
    """An age given as a quantity; without a unit, in years."""
    unit = (quantity.code or quantity.unit or "a").rstrip("s")
    if quantity.value is None or quantity.value < 0 or unit not in _ISO_UNITS:
        return None
    return Span.from_iso(f"P{quantity.value:.4f}{_ISO_UNITS[unit]}")
