"""An answer as a FHIR R4 Bundle."""

from __future__ import annotations

from uuid import uuid4

from workup.serve.desk import Answer
from workup.serve.fhir.elements import Element, instant
from workup.serve.fhir.impression import clinical_impression, risk_assessment
from workup.serve.fhir.record import Record
from workup.serve.fhir.trail import audit_event, device, provenance
from workup.serve.store.tables import Event


def as_bundle(answer: Answer, record: Record, event: Event) -> Element:
    """A collection of a ClinicalImpression, where there is a differential a RiskAssessment, and their trail.

    The trail is a Provenance, an AuditEvent, and the Device that both name. References among them are
    `urn:uuid`; those to what was sent are the sender's own.

    Args:
        event: the record of the audit that the answer made.
    """
    software, impression, risk = _address(), _address(), _address()
    risks = risk_assessment(answer, record, software)
    made = [impression, risk] if risks else [impression]
    entries = {
        impression: clinical_impression(answer, record, risk if risks else None),
        risk: risks,
        software: device(answer),
        _address(): provenance(answer, record, made, software, event.caller),
        _address(): audit_event(event, record, software),
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(answer.received),
        "entry": [
            {"fullUrl": address, "resource": resource} for address, resource in entries.items() if resource
        ],
    }


def _address() -> str:
    return f"urn:uuid:{uuid4()}"
