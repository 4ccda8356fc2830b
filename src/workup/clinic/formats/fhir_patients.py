"""FHIR resources brought together by patient, wherever in the files they stood."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from workup.clinic.formats.documents import fault
from workup.clinic.formats.fhir_resources import READ, Patient, Resource
from workup.data.rows import BadRow
from workup.errors import DataError

# What else the subject of an Observation can be: https://hl7.org/fhir/R4/observation.html
_OTHERS = ("Group/", "Device/", "Location/")


@dataclass(frozen=True)
class Entry:
    """A resource that is about a patient.

    Attributes:
        patient: the patient's reference.
        path: where it stood in the document; "" where it is the whole document.
    """

    patient: str
    resource: Resource
    path: str


def entries(document: Mapping[str, Any], place: str) -> Iterator[Entry | BadRow]:
    """The resources of a Bundle, or the one that a document is; what cannot be used comes as a BadRow.

    Resources of kinds that are not read, and those about a group, a device or a place, are passed over.
    """
    if document.get("resourceType") != "Bundle":
        yield from _entry(document, place, "", {})
        return
    held = document.get("entry", [])
    if not (isinstance(held, list) and all(isinstance(entry, dict) for entry in held)):
        yield BadRow(place, "entry", "must be a list of objects, each with a resource")
        return
    full: dict[str, str] = {}
    for entry in held:
        resource, url = _resource(entry), str(entry.get("fullUrl", ""))
        if resource and url:
            full[url] = f"{resource.get('resourceType')}/{resource['id']}"
    for number, entry in enumerate(held):
        if resource := _resource(entry):
            yield from _entry(resource, place, f"entry.{number}.resource", full)


class Patients:
    """Resources by patient, in a temporary database: memory stays the same however many there are.

    SQLite unlinks the file of a nameless database as soon as it is opened, so that no patient's data stays
    behind, not even after a crash. It holds only the fields that are read.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE resource (patient TEXT, place TEXT, kind TEXT, body TEXT)")

    def add(self, document: Mapping[str, Any], place: str) -> Iterator[BadRow]:
        """Take in the `entries` of a document; what cannot be used comes back.

        Raises:
            DataError: the disk has no room for the temporary database.
        """
        for found in entries(document, place):
            if isinstance(found, BadRow):
                yield found
            else:
                body = found.resource.model_dump_json(exclude_defaults=True)
                self._store(found.patient, place, type(found.resource).__name__, body)

    def _store(self, *cells: str) -> None:
        try:
            self._database.execute("INSERT INTO resource VALUES (?, ?, ?, ?)", cells)
        except sqlite3.OperationalError as error:
            raise DataError(
                f"resources cannot be grouped by patient on disk: {error}; "
                "name a folder with more room in SQLITE_TMPDIR"
            ) from None

    def __iter__(self) -> Iterator[tuple[str, str, list[Any]]]:
        """Each patient's reference, the place of the first resource, and all resources as they stood."""
        found = self._database.execute("SELECT * FROM resource ORDER BY patient, rowid")
        for patient, cells in groupby(found, key=lambda row: str(row[0])):
            rows = list(cells)
            yield patient, rows[0][1], [READ[row[2]].model_validate_json(row[3]) for row in rows]

    def close(self) -> None:
        """Give the disk back."""
        self._database.close()


def _entry(
    document: Mapping[str, Any], place: str, path: str, full: Mapping[str, str]
) -> Iterator[Entry | BadRow]:
    kind = document.get("resourceType")
    if not isinstance(kind, str):
        yield BadRow(place, path, "has no resourceType; a FHIR R4 resource or Bundle is expected")
        return
    if kind not in READ:
        return
    try:
        resource = READ[kind].model_validate(document, context=full)
    except ValidationError as error:
        yield fault(place, error, path)
        return
    patient = f"Patient/{resource.id}" if isinstance(resource, Patient) else resource.subject
    if patient.startswith(("Patient/", "urn:")):
        yield Entry(patient, resource, path)
    elif not patient.startswith(_OTHERS):
        reason = "must refer to a patient as Patient/ID, or to a Group, Device or Location"
        yield BadRow(place, f"{path}.subject".removeprefix("."), reason)


def _resource(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry's resource, known by the end of its fullUrl where it has no id; {} when there is none."""
    resource = entry.get("resource")
    if not isinstance(resource, dict):
        return {}
    return {"id": str(entry.get("fullUrl", "")).rpartition("/")[2], **resource}
