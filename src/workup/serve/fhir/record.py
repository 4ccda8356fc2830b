"""A FHIR R4 Bundle about one patient as the present case: the text that is asked, and its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from workup.clinic.formats.fhir_case import case
from workup.clinic.formats.fhir_patients import Patients
from workup.clinic.formats.fhir_resources import (
    READ,
    Condition,
    DiagnosticReport,
    Encounter,
    Observation,
    Patient,
    day,
)
from workup.clinic.formats.pseudonym import pseudonym
from workup.data.rows import BadRow

_ADDRESS = re.compile(r"(urn:(uuid|oid):|https?://)\S+$", re.ASCII)
_EVIDENCE = ("Condition/", "Observation/", "DiagnosticReport/")


@dataclass(frozen=True)
class Record:
    """What is known of a patient now.

    Attributes:
        text: the case as one paragraph, names taken out of its free text.
        subject, encounter: references to the patient and the present encounter, as the sender wrote them;
            None: no encounter is told.
        basis: references to the conditions, observations and reports that were given.
    """

    text: str
    subject: str
    encounter: str | None
    basis: tuple[str, ...]


class UnfitBundle(ValueError):
    """A Bundle that cannot be read as one patient's; `faults` name entry, field and reason."""

    def __init__(self, faults: Sequence[BadRow]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


def read_record(bundle: Mapping[str, Any], encounter: str | None = None) -> Record:
    """The present case of the one patient that a Bundle is about.

    The resources are read as `clinic.formats.fhir` reads them, but what belongs to the case is another
    thing: there a past case is read together with its diagnosis, here the diagnosis is still to be found.
    Present is the encounter that is named, or else the one with the latest date. Its own
    encounter-diagnoses are left out, because the answer is to be independent of them; so are those that
    name no encounter and are dated since it began. Earlier ones go to the history. Observations and reports
    that name another encounter are left out where the present one has any. Medication, allergies,
    procedures and attached documents are not read.

    Args:
        encounter: the present one, as "Encounter/id".

    Raises:
        UnfitBundle: it is no Bundle, an entry cannot be read, there is no Patient, or more than one.
    """
    if bundle.get("resourceType") != "Bundle":
        raise UnfitBundle([BadRow("", "resourceType", "must be 'Bundle'")])
    with closing(Patients()) as patients:
        if faults := list(patients.add(bundle, "")):
            raise UnfitBundle(faults)
        found = [(reference, resources) for reference, _, resources in patients]
    if len(found) > 1:
        reason = f"holds resources of {len(found)} patients; send one Bundle for each"
        raise UnfitBundle([BadRow("", "entry", reason)])
    if not any(isinstance(one, Patient) for _, resources in found for one in resources):
        raise UnfitBundle([BadRow("", "entry", "holds no Patient; add the one that the record is about")])
    ((reference, resources),) = found
    given = dict(_given(bundle))
    encounter = encounter or _present_encounter(resources)
    return Record(
        text=case(pseudonym(reference), list(_present(resources, encounter)))["text"],
        subject=given.get(reference, reference),
        encounter=given.get(encounter, encounter) if encounter else None,
        basis=tuple(source for name, source in given.items() if name.startswith(_EVIDENCE)),
    )


def _given(bundle: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Of each entry that is read: "Type/id", and the reference by which its sender knows it."""
    for entry in bundle["entry"]:
        resource, address = entry.get("resource"), str(entry.get("fullUrl", ""))
        if not isinstance(resource, dict) or resource.get("resourceType") not in READ:
            continue
        identity = resource.get("id", address.rpartition("/")[2])
        if identity not in (None, ""):
            name = f"{resource['resourceType']}/{identity}"
            yield name, address if _ADDRESS.match(address) else name


def _present_encounter(resources: Sequence[Any]) -> str | None:
    """The encounter with the latest date, its own or that of something that names it."""
    dated = [(one.when, f"Encounter/{one.id}") for one in resources if isinstance(one, Encounter)]
    dated += [
        (one.when, one.encounter)
        for one in resources
        if isinstance(one, Condition | Observation | DiagnosticReport) and one.encounter
    ]
    return max(dated, default=("", None))[1]


def _present(resources: Sequence[Any], encounter: str | None) -> Iterator[Any]:
    """What the case is made of: no diagnosis of its own, nothing that was observed in another encounter."""
    begun = _begun(resources, encounter)
    has_evidence = any(encounter and _is_evidence(one) and one.encounter == encounter for one in resources)
    for one in resources:
        if isinstance(one, Condition) and _is_diagnosis(one):
            is_present = one.encounter == encounter if one.encounter else _is_since(one.when, begun)
            if not is_present:
                yield one.model_copy(update={"category": ()})
        elif not (has_evidence and _is_evidence(one) and one.encounter not in (None, encounter)):
            yield one


def _is_evidence(resource: Any) -> bool:
    return isinstance(resource, Observation | DiagnosticReport)


def _begun(resources: Sequence[Any], encounter: str | None) -> date | None:
    """The day the present encounter began; without an encounter, the last that anything is dated."""
    if encounter is None:
        return max(
            (day(one.when) for one in resources if not isinstance(one, Patient) and one.when), default=None
        )
    starts = [
        one.period.start or one.when
        for one in resources
        if isinstance(one, Encounter) and f"Encounter/{one.id}" == encounter
    ]
    named = [one.when for one in resources if getattr(one, "encounter", None) == encounter]
    return min((day(moment) for moment in starts or named if moment), default=None)


def _is_since(moment: str, begun: date | None) -> bool:
    return bool(moment) and begun is not None and day(moment) >= begun


def _is_diagnosis(condition: Condition) -> bool:
    return "refuted" not in condition.verificationStatus.codes and any(
        "encounter-diagnosis" in category.codes for category in condition.category
    )
