"""FHIR R4: the resources of each patient as one case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from workup.clinic.formats.documents import documents
from workup.clinic.formats.fhir_case import case
from workup.clinic.formats.fhir_patients import Patients
from workup.clinic.formats.pseudonym import pseudonym
from workup.data.rows import BadRow, Row


def read(argument: str) -> Iterator[Row | BadRow]:
    """One row a patient: the format "fhir", of a `.json` or `.ndjson` file or a folder of them.

    A file holds a Bundle, a resource, or one resource a line (bulk export). A patient's resources may
    stand in any of the files; they are brought together by reference.

    The *diagnosis* is the Condition of category `encounter-diagnosis` that is active and confirmed, the
    latest by recordedDate or else onset. A status that is not given counts as active and as confirmed. Of
    what is dated after the encounter of that diagnosis nothing is used. A patient without such a
    Condition gives a row whose `diagnosis` is None. Every other Condition, active or past, goes to the
    history, but for those of the same name; refuted ones are absent; suspected ones
    (differential, provisional, unconfirmed) follow the diagnosis in `differential`.

    Columns: `id` and `patient` (a pseudonym of the reference), `text`, `diagnosis`, `differential`, `age`
    (at the encounter; "90 years" is 90 or older), `sex` (None when other or unknown).

    Read: Patient, Encounter (its period), Condition, Observation, DiagnosticReport (conclusion). Every
    other resource is skipped, AllergyIntolerance, MedicationRequest and Procedure among them, and so are
    contained resources, values that are dates or sampled data, and attached documents.

    Raises:
        DataError: no such file or folder, not UTF-8, not JSON, or no room on the disk to group patients.
    """
    with closing(Patients()) as patients:
        for document in documents(argument):
            if isinstance(document, BadRow):
                yield document
            else:
                yield from patients.add(document.values, document.place)
        for reference, place, resources in patients:
            yield Row(case(pseudonym(reference), resources).columns, place)
