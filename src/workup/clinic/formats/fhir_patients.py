"""FHIR resources brought together by patient, wherever in the files they stood."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from workup.clinic.formats.documents import fault
from workup.clinic.formats.fhir_resources import READ, Patient
from workup.data.rows import BadRow
from workup.errors import DataError


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
        """Take in one resource, or those of a Bundle; what cannot be used comes back.

        Raises:
            DataError: the disk has no room for the temporary database.
        """
        if document.get("resourceType") != "Bundle":
            yield from self._take(document, place, "", {})
            return
        entries = document.get("entry", [])
        if not (isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)):
            yield BadRow(place, "entry", "must be a list of objects, each with a resource")
            return
        full: dict[str, str] = {}
        for entry in entries:
            resource, url = _resource(entry), str(entry.get("fullUrl", ""))
            if resource and url:
                full[url] = f"{resource.get('resourceType')}/{resource['id']}"
        for number, entry in enumerate(entries):
            if resource := _resource(entry):
                yield from self._take(resource, place, f"entry.{number}.resource", full)

    def _take(
        self, document: Mapping[str, Any], place: str, path: str, full: Mapping[str, str]
    ) -> Iterator[BadRow]:
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
        # Groups, devices and places have observations too.
        if patient.startswith(("Patient/", "urn:")):
            self._store(patient, place, kind, resource.model_dump_json(exclude_defaults=True))

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


def _resource(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry's resource, known by the end of its fullUrl where it has no id; {} when there is none."""
    resource = entry.get("resource")
    if not isinstance(resource, dict):
        return {}
    return {"id": str(entry.get("fullUrl", "")).rpartition("/")[2], **resource}
