"""Who made an assessment, from what, and which record of the audit tells of it."""

from __future__ import annotations

from collections.abc import Sequence

from workup.serve.desk import Answer
from workup.serve.fhir.elements import Element, coded, filled, instant, reference
from workup.serve.fhir.record import Record
from workup.serve.store.tables import Event

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"


def device(answer: Answer) -> Element:
    """The software that answered, with the version and the checksum of its model, where one is loaded.

    FHIR R4, https://hl7.org/fhir/R4/device.html.
    """
    model = answer.assessment.model
    versions = {"Workup": model.workup, "model": answer.version, "checksum of the model": answer.checksum}
    return filled(
        resourceType="Device",
        status="active",
        deviceName=[
            {"name": name, "type": kind}
            for name, kind in (("Workup", "user-friendly-name"), (answer.version, "model-name"))
            if name
        ],
        type={"text": "Research software, not a medical device"},
        version=[filled(type={"text": kind}, value=value) for kind, value in versions.items() if value],
        note=[{"text": answer.assessment.notice}],
    )


def provenance(answer: Answer, record: Record, targets: Sequence[str], software: str, caller: str) -> Element:
    """That the `targets` were made by the software, for the caller, from the record's resources.

    FHIR R4, https://hl7.org/fhir/R4/provenance.html.
    """
    signed = f"Workup {answer.assessment.model.workup}"
    if answer.version:
        signed += f", {answer.version}, checksum {answer.checksum}"
    return filled(
        resourceType="Provenance",
        target=[reference(target) for target in targets],
        occurredDateTime=instant(answer.received),
        recorded=instant(answer.received),
        activity=coded(f"{_TERMINOLOGY}/v3-DataOperation", "CREATE", display="create"),
        agent=[
            {
                "type": coded(f"{_TERMINOLOGY}/provenance-participant-type", "author", display="Author"),
                "who": reference(software, signed),
                "onBehalfOf": {"display": caller},
            }
        ],
        entity=[{"role": "source", "what": reference(source)} for source in (record.subject, *record.basis)],
    )


def audit_event(event: Event, record: Record, software: str) -> Element:
    """A record of the audit: who asked, when, about whom, and where it stands in the chain.

    FHIR R4, https://hl7.org/fhir/R4/auditevent.html.
    """
    details = {
        "request": event.request,
        "audit record": str(event.id),
        "hash": event.hash,
        "model": event.version,
        "checksum": event.checksum,
    }
    return filled(
        resourceType="AuditEvent",
        type=_coding(f"{_TERMINOLOGY}/audit-event-type", "rest", "RESTful Operation"),
        subtype=[_coding("http://hl7.org/fhir/restful-interaction", "operation", "operation")],
        action="E",
        recorded=event.at,
        outcome="0",
        agent=[
            {"who": {"display": event.caller}, "requestor": True},
            {"who": reference(software), "requestor": False},
        ],
        source={"observer": reference(software)},
        entity=[
            filled(
                what=reference(record.subject),
                type=_coding(f"{_TERMINOLOGY}/audit-entity-type", "1", "Person"),
                role=_coding(f"{_TERMINOLOGY}/object-role", "1", "Patient"),
                detail=[{"type": kind, "valueString": value} for kind, value in details.items() if value],
            )
        ],
    )


def _coding(system: str, code: str, display: str) -> Element:
    return {"system": system, "code": code, "display": display}
