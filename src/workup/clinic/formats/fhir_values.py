"""Observations and reports of FHIR in words, free text freed of identifiers."""

from __future__ import annotations

from collections.abc import Sequence

from workup.clinic.formats.fhir_resources import (
    Bounds,
    Component,
    Concept,
    DiagnosticReport,
    Observation,
    Quantity,
)
from workup.clinic.formats.units import clinical, measured, number

PRESENT, ABSENT = "Findings", "Absent"

_YES = {"yes", "present", "true"}
_NO = {"no", "absent", "false", "not present"}
_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
_INTERPRETATIONS = {
    "H": "high",
    "HH": "critically high",
    "HU": "very high",
    "L": "low",
    "LL": "critically low",
    "LU": "very low",
    "N": "normal",
    "A": "abnormal",
    "AA": "critically abnormal",
    "POS": "positive",
    "NEG": "negative",
    "IND": "indeterminate",
    "R": "resistant",
    "S": "susceptible",
    "I": "intermediate",
}


class Clean:
    """Free text of one patient without identifiers, by the filter of `workup.clinic.deidentify`."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [name for name in names if name.strip()]

    def text(self, text: str) -> str:
        """One line of free text, with placeholders where identifiers stood."""
        if not text.strip():
            return ""
        from workup.clinic.deidentify import deidentify

        return " ".join(deidentify(text, known=self._names).text.split()).rstrip(".")

    def name(self, concept: Concept) -> str:
        """A concept's name; one that may have been typed in is free text."""
        return self.text(concept.name) if concept.by_hand else concept.name


def finding(
    evidence: Observation | DiagnosticReport, clean: Clean, answer: str | None
) -> list[tuple[str, str]]:
    """An observation or report as sections and what to list in each; section "" makes it a sentence.

    Empty where nothing was observed. Codes of a report's conclusion that equal the `answer` are left out;
    its free text is not searched for it.
    """
    name = clean.name(evidence.code)
    if isinstance(evidence, DiagnosticReport):
        codes = [code for code in map(clean.name, evidence.conclusionCode) if code != answer]
        concluded = "; ".join(filter(None, [clean.text(evidence.conclusion), *codes]))
        return [("", f"{name or 'Report'}: {concluded}")] if concluded else []
    if not name:
        return []
    notes = "; ".join(filter(None, (clean.text(note.text) for note in evidence.note)))
    said = _said(evidence)
    if said is not None:
        return _stated(name, said, notes)
    parts = [_pressure(evidence) or _value(evidence, clean)]
    if not parts[0]:
        parts = [f"{clean.name(c.code)} {value}" for c in evidence.component if (value := _value(c, clean))]
    told = ", ".join(filter(None, parts)) or _interpretation(evidence, clean)
    both = f"{told} ({notes})" if told and notes else told or notes
    return [("", f"{name}: {both}")] if both else []


def _stated(name: str, said: bool, notes: str) -> list[tuple[str, str]]:
    """What is there with its notes; what is not there without: what a note tells is not absent as well."""
    if said:
        return [(PRESENT, f"{name} ({notes})" if notes else name)]
    return [(ABSENT, name), *([("", notes)] if notes else [])]


def _said(observation: Observation) -> bool | None:
    """Whether an observation says yes or no, and nothing else."""
    if observation.valueBoolean is not None:
        return observation.valueBoolean
    word = observation.valueCodeableConcept.name.lower() if observation.valueCodeableConcept else ""
    return True if word in _YES else False if word in _NO else None


def _pressure(observation: Observation) -> str:
    """Blood pressure in one: "148/92 mmHg"."""
    found = {code: c.valueQuantity for c in observation.component for code in c.code.codes}
    high, low = found.get(_SYSTOLIC), found.get(_DIASTOLIC)
    if high is None or low is None or high.value is None or low.value is None:
        return ""
    return f"{number(high.value)}/{number(low.value)} {clinical(low.code or low.unit)}"


def _value(observed: Observation | Component, clean: Clean) -> str:
    if observed.valueQuantity:
        value = _quantity(observed.valueQuantity)
    elif observed.valueCodeableConcept:
        value = clean.name(observed.valueCodeableConcept)
    elif observed.valueString:
        value = clean.text(observed.valueString)
    elif observed.valueInteger is not None:
        value = str(observed.valueInteger)
    elif observed.valueBoolean is not None:
        value = "yes" if observed.valueBoolean else "no"
    else:
        value = _bounds(observed.valueRange or observed.valueRatio or Bounds())
    judged = _interpretation(observed, clean)
    return f"{value} ({judged})" if value and judged and judged != value.lower() else value


def _quantity(quantity: Quantity | None) -> str:
    if quantity is None or quantity.value is None:
        return ""
    return measured(quantity.value, quantity.code or quantity.unit, quantity.comparator)


def _bounds(bounds: Bounds) -> str:
    """A range as "3 to 5 mg/L", or "over 3 mg/L"; a ratio as "1:128"."""
    if bounds.numerator and bounds.denominator:
        return ":".join(filter(None, (_quantity(bounds.numerator), _quantity(bounds.denominator))))
    low, high = bounds.low, bounds.high
    if low and high and low.value is not None:
        return f"{number(low.value)} to {_quantity(high)}"
    return f"over {_quantity(low)}" if low else f"up to {_quantity(high)}" if high else ""


def _interpretation(observed: Observation | Component, clean: Clean) -> str:
    """How the laboratory judged a value: "high"."""
    for concept in observed.interpretation:
        known = next((_INTERPRETATIONS[code] for code in concept.codes if code in _INTERPRETATIONS), None)
        return known or clean.name(concept).lower()
    return ""
