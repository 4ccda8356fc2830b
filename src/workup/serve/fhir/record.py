"""A FHIR R4 Bundle about one patient as the present case: the text that is asked, and its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workup.clinic.formats.fhir_case import case
from workup.clinic.formats.fhir_patients import Entry, entries
from workup.clinic.formats.fhir_resources import READ, Patient, Resource
from workup.clinic.formats.pseudonym import pseudonym
from workup.data.rows import BadRow
from workup.serve.fhir.completeness import has_next, tells_error
from workup.serve.fhir.present import present

_ADDRESS = re.compile(r"(urn:(uuid|oid):|https?://)\S+$", re.ASCII)


@dataclass(frozen=True)
class Record:
    """What is known of a patient now.

    Attributes:
        text: the case as one paragraph, names taken out of its free text.
        subject, encounter: references to the patient and the present encounter, as the sender wrote them;
            None: no encounter is told.
        basis: references to the conditions, observations and reports that the text tells.
        remarks: what was given and is not in the text because of its date or its encounter, in sentences.
        since: the first day of the present case.
    """

    text: str
    subject: str
    encounter: str | None
    basis: tuple[str, ...]
    remarks: tuple[str, ...]
    since: date


class UnfitBundle(ValueError):
    """A Bundle that cannot be read as one patient's; `faults` name entry, field and reason."""

    def __init__(self, faults: Sequence[BadRow]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


def read_record(bundle: Mapping[str, Any], received: datetime, encounter: str | None = None) -> Record:
    """The present case of the one patient that a Bundle is about.

    The resources are read as `clinic.formats.fhir` reads them, but what belongs to the case is another
    thing: there a past case is read together with its diagnosis, here the diagnosis is still to be found;
    `present` says what is of the present case. Medication, allergies, procedures and attached documents are
    not read.

    Args:
        received: now, aware of its zone; the age is that of this day.
        encounter: the present one, as "Encounter/id".

    Raises:
        UnfitBundle: it is no Bundle or not all of it, an entry cannot be read or is about somebody else,
            there is no Patient, or more than one.
    """
    patient, resources = _of_one_patient(bundle)
    given = dict(_given(bundle))
    found = present(resources, received.astimezone(UTC), encounter)
    made = case(pseudonym(patient), found.resources, found.today)
    sources = dict.fromkeys(f"{type(one).__name__}/{one.id}" for one in made.sources)
    return Record(
        text=made.columns["text"],
        subject=given.get(patient, patient),
        encounter=given.get(found.encounter, found.encounter) if found.encounter else None,
        basis=tuple(given[source] for source in sources if source in given),
        remarks=found.remarks,
        since=found.since,
    )


def _of_one_patient(bundle: Mapping[str, Any]) -> tuple[str, list[Resource]]:
    """The reference of the patient and what is about them, the Patient itself included."""
    if bundle.get("resourceType") != "Bundle":
        raise UnfitBundle([BadRow("", "resourceType", "must be 'Bundle'")])
    if has_next(bundle):
        reason = "leads to a next page: follow it, and send the entries of all pages as one Bundle"
        raise UnfitBundle([BadRow("", "link", reason)])
    read = list(entries(bundle, ""))
    found = [one for one in read if isinstance(one, Entry)]
    if faults := [one for one in read if isinstance(one, BadRow)]:
        raise UnfitBundle(faults)
    if tells_error(bundle):
        reason = "holds an OperationOutcome with an error: something is missing; ask for it again"
        raise UnfitBundle([BadRow("", "entry", reason)])
    patients = list(dict.fromkeys(one.patient for one in found if isinstance(one.resource, Patient)))
    if not patients:
        raise UnfitBundle([BadRow("", "entry", "holds no Patient; add the one that the record is about")])
    if len(patients) > 1:
        raise UnfitBundle([BadRow("", "entry", f"holds {len(patients)} Patients; send one Bundle for each")])
    (patient,) = patients
    if strangers := [one for one in found if one.patient != patient]:
        reason = "is not the Patient of this Bundle"
        raise UnfitBundle([BadRow("", f"{one.path}.subject", reason) for one in strangers])
    return patient, [one.resource for one in found]


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
