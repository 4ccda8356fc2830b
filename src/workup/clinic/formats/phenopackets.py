"""GA4GH phenopackets: one packet, one case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from workup.clinic.ages import Span, age, person
from workup.clinic.formats.documents import documents, fault
from workup.clinic.formats.paragraph import paragraph
from workup.clinic.formats.phenopacket_parts import Feature, Phenopacket, Range, Subject, Time
from workup.clinic.formats.pseudonym import pseudonym
from workup.data.rows import BadRow, Row

_SEXES = {"MALE": "male", "2": "male", "FEMALE": "female", "1": "female"}
_EXPECTED = ("subject", "phenotypicFeatures", "phenotypic_features", "diseases", "interpretations")


def read(argument: str) -> Iterator[Row | BadRow]:
    """One row a packet: the format "phenopackets", of a `.json` or `.jsonl` file or a folder of them.

    The *diagnosis* is the disease of the first interpretation that is not UNSOLVED, else the first disease
    that is not excluded; None when there is neither. `differential` goes on with the diseases of the
    other interpretations, in their order. Other diseases go to the history, excluded ones are absent.

    Columns: `id`, `patient` (pseudonyms of the packet's and the subject's id), `text`, `diagnosis`,
    `differential`, `age` (at the last encounter; None for a range, "90 years" is 90 or older), `sex`.

    Versions 1 and 2 of the schema are read. Skipped: medical actions, biosamples, files, free-text
    descriptions, and of genomic interpretations all but the gene's symbol; families and cohorts.

    Raises:
        DataError: no such file or folder, not UTF-8, or not JSON.
    """
    for document in documents(argument):
        yield document if isinstance(document, BadRow) else _row(document)


def _row(document: Row) -> Row | BadRow:
    if not any(key in document.values for key in _EXPECTED):
        groups = "; write each member of a family or cohort as a packet of its own"
        return BadRow(document.place, "", f"is no phenopacket: it has none of {', '.join(_EXPECTED)}{groups}")
    try:
        packet = Phenopacket.model_validate(document.values)
    except ValidationError as error:
        return fault(document.place, error)
    return Row(_case(packet), document.place)


def _case(packet: Phenopacket) -> dict[str, Any]:
    solved = [str(i.diagnosis.disease) for i in packet.interpretations if i.progress_status != "UNSOLVED"]
    diseases = [str(disease.term) for disease in packet.diseases if not disease.excluded]
    answer = next(filter(None, [*solved, *diseases]), None)
    considered = [answer, *(str(i.diagnosis.disease) for i in packet.interpretations)]
    span = _age(packet.subject)
    years, sex = age(span) if span else None, _SEXES.get(packet.subject.sex)
    features = [(feature, _feature(feature, packet.subject)) for feature in packet.phenotypic_features]
    sections = {
        "History": [disease for disease in diseases if disease not in considered],
        "Findings": [text for feature, text in features if not (feature.excluded or feature.negated)],
        "Absent": [
            *(str(feature.type) for feature, _ in features if feature.excluded or feature.negated),
            *(str(disease.term) for disease in packet.diseases if disease.excluded),
        ],
    }
    return {
        "id": pseudonym(packet.id),
        "patient": pseudonym(packet.subject.id or packet.id),
        "text": paragraph(person(years, sex), sections, [*map(str, packet.measurements), *_genes(packet)]),
        "diagnosis": answer,
        "differential": list(dict.fromkeys(filter(None, considered))),
        "age": years,
        "sex": sex,
    }


def _genes(packet: Phenopacket) -> list[str]:
    found = [g.symbol for i in packet.interpretations for g in i.diagnosis.genomic_interpretations]
    symbols = dict.fromkeys(filter(None, [*found, *(gene.symbol for gene in packet.genes)]))
    return [f"Gene: {symbol}" for symbol in symbols]


def _age(subject: Subject) -> Span | None:
    when = subject.time_at_last_encounter or subject.age_at_collection
    return _at(when, subject) if when else None


def _at(when: Time, subject: Subject) -> Span | None:
    """The age at a time, which may be given as a date: dates are turned into ages, and never shown."""
    if when.age:
        return when.age
    if when.timestamp and subject.date_of_birth and subject.date_of_birth.date() <= when.timestamp.date():
        return Span.between(subject.date_of_birth.date(), when.timestamp.date())
    return None


def _feature(feature: Feature, subject: Subject) -> str:
    """A finding with what is told of it: "Seizure (severe, recurrent, onset at 3 years)"."""
    onset = feature.onset or feature.age_of_onset or Time()
    told = [
        *(str(term).lower() for term in (feature.severity, *feature.modifiers)),
        _onset(
            onset,
            feature.age_range_of_onset or onset.age_range,
            feature.class_of_onset or onset.ontology_class,
            _at(onset, subject),
        ),
    ]
    words = ", ".join(filter(None, told))
    return f"{feature.type} ({words})" if words else str(feature.type)


def _onset(onset: Time, between: Range | None, term: object | None, span: Span | None) -> str:
    if span:
        return f"onset at {age(span)}"
    if between:
        return f"onset between {age(between.start)} and {age(between.end)}"
    if onset.gestational_age:
        return f"onset at {onset.gestational_age.weeks} weeks of gestation"
    return str(term).lower() if term else ""
