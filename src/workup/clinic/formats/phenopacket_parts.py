"""The parts of GA4GH phenopackets that are read, of version 2 and where it is told otherwise of version 1.

The package `phenopackets` was tried and is not used: it has one protobuf schema a version, to be chosen
before reading, and what the other version names differently ("negated") is then refused or, silently, lost.
Protobuf's JSON leaves out zeros, false and empty texts; hence the defaults.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from workup.clinic.ages import Span
from workup.clinic.formats.documents import Part
from workup.clinic.formats.units import measured


def _span(value: Any) -> Any:
    """A duration, bare or as {"iso8601duration": ...} (version 2) or {"age": ...} (version 1)."""
    if isinstance(value, dict):
        value = value.get("iso8601duration", value.get("iso8601Duration", value.get("age")))
    span = Span.from_iso(value) if isinstance(value, str) else value
    if not isinstance(span, Span):
        raise ValueError("must be an ISO 8601 duration such as P12Y3M")
    return span


Duration = Annotated[Span, BeforeValidator(_span)]


class _Part(Part):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)


class Term(_Part):
    """A class of an ontology."""

    id: str = ""
    label: str = ""

    def __str__(self) -> str:
        return self.label.strip() or self.id.strip()


class Range(_Part):
    """From one age to another."""

    start: Duration
    end: Duration


class Gestation(_Part):
    """An age before birth."""

    weeks: int = 0
    days: int = 0


class Time(_Part):
    """A point in a life."""

    age: Duration | None = None
    age_range: Range | None = None
    ontology_class: Term | None = None
    gestational_age: Gestation | None = None
    timestamp: datetime | None = None


class Subject(_Part):
    """Who it is."""

    id: str = ""
    sex: str = ""
    date_of_birth: datetime | None = None
    time_at_last_encounter: Time | None = None
    # Version 1.
    age_at_collection: Time | None = None


class Feature(_Part):
    """A sign or symptom, present or excluded."""

    type: Term
    excluded: bool = False
    severity: Term = Term()
    modifiers: tuple[Term, ...] = ()
    onset: Time | None = None
    # Version 1.
    negated: bool = False
    age_of_onset: Time | None = None
    age_range_of_onset: Range | None = None
    class_of_onset: Term | None = None


class Bounds(_Part):
    """What is normal for a quantity."""

    low: float = 0
    high: float = 0


class Quantity(_Part):
    """A measured value; the unit is a class of UCUM or another ontology."""

    unit: Term = Term()
    value: float = 0
    reference_range: Bounds | None = None

    def __str__(self) -> str:
        system, _, code = self.unit.id.partition(":")
        text = measured(self.value, code if system == "UCUM" and code else str(self.unit))
        bounds = self.reference_range
        if bounds is None:
            return text
        if self.value < bounds.low:
            return f"{text} (low)"
        return f"{text} (high)" if self.value > bounds.high else text


class TypedQuantity(_Part):
    """One of several quantities of one measurement."""

    type: Term
    quantity: Quantity


class Value(_Part):
    """A result: a quantity or a class."""

    quantity: Quantity | None = None
    ontology_class: Term | None = None


class ComplexValue(_Part):
    """A result of several quantities, such as a blood pressure."""

    typed_quantities: tuple[TypedQuantity, ...] = ()


class Measurement(_Part):
    """A measured value of the subject."""

    assay: Term
    value: Value = Value()
    complex_value: ComplexValue = ComplexValue()

    def __str__(self) -> str:
        parts = [f"{typed.type} {typed.quantity}" for typed in self.complex_value.typed_quantities]
        parts += [str(found) for found in (self.value.quantity, self.value.ontology_class) if found]
        return f"{self.assay}: {', '.join(parts)}" if parts else ""


class Disease(_Part):
    """A disease that was diagnosed or excluded."""

    term: Term
    excluded: bool = False


class Gene(_Part):
    """A gene by its symbol."""

    symbol: str = ""


class Descriptor(_Part):
    """A variant, of which the gene alone is read."""

    gene_context: Gene = Gene()


class VariantInterpretation(_Part):
    """What is thought of a variant."""

    variation_descriptor: Descriptor = Descriptor()


class GenomicInterpretation(_Part):
    """What a gene or variant has to do with the disease."""

    interpretation_status: str = ""
    gene: Gene = Gene()
    variant_interpretation: VariantInterpretation = VariantInterpretation()

    @property
    def symbol(self) -> str:
        """The gene's symbol; "" when there is none, or its part was rejected."""
        if self.interpretation_status == "REJECTED":
            return ""
        return self.gene.symbol or self.variant_interpretation.variation_descriptor.gene_context.symbol


class Diagnosis(_Part):
    """A disease and the genes held responsible."""

    disease: Term = Term()
    genomic_interpretations: tuple[GenomicInterpretation, ...] = ()


class Interpretation(_Part):
    """What was made of the case."""

    progress_status: str = ""
    diagnosis: Diagnosis = Diagnosis()


class Phenopacket(_Part):
    """One individual's case."""

    id: str = Field(min_length=1)
    subject: Subject = Subject()
    phenotypic_features: tuple[Feature, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    diseases: tuple[Disease, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()
    # Version 1.
    genes: tuple[Gene, ...] = ()
