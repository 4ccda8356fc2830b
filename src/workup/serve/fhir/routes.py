"""FHIR over HTTP: one operation, a Bundle in and a Bundle out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import JSONResponse

from workup.serve.api.asking import Asking, Clinician
from workup.serve.api.schemas import PROBLEMS
from workup.serve.asked import no_other_parameters
from workup.serve.desk import Answer
from workup.serve.fhir.bundle import as_bundle
from workup.serve.fhir.elements import Element
from workup.serve.fhir.outcome import MEDIA_TYPE
from workup.serve.fhir.record import Record, UnfitBundle, read_record
from workup.serve.problems import Fault, Problem
from workup.serve.store.tables import Event

_EXAMPLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p1", "gender": "male", "birthDate": "1965-04-02"}},
        {
            "resource": {
                "resourceType": "Observation",
                "status": "final",
                "subject": {"reference": "Patient/p1"},
                "code": {"text": "Sudden severe pain in the right big toe, red and swollen"},
                "valueBoolean": True,
            }
        },
    ],
}
_CONTENT = {MEDIA_TYPE: {"schema": {"type": "object"}}}


class FhirResponse(JSONResponse):
    """FHIR in JSON."""

    media_type = MEDIA_TYPE


# Whoever accepts FHIR is told problems as OperationOutcome (`outcome.OperationOutcomes`).
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The assessment, preliminary, and its trail.", "content": _CONTENT},
    **{status: {**told, "content": {**told["content"], **_CONTENT}} for status, told in PROBLEMS.items()},
}
router = APIRouter(
    prefix="/v1/fhir",
    tags=["FHIR R4"],
    responses=_RESPONSES,
    dependencies=[Depends(no_other_parameters)],
)


@router.post("/assess", response_class=FhirResponse)
async def assess(
    asking: Clinician,
    bundle: Annotated[dict[str, Any], Body(media_type=MEDIA_TYPE, examples=[_EXAMPLE])],
    explain: Annotated[bool, Query(description="Also which words speak for and against it; slower.")] = False,
) -> FhirResponse:
    """Assess the present case of one patient.

    Takes a Bundle of any type with a Patient and what is known of them: Encounter, Condition, Observation,
    DiagnosticReport; other resources are passed over. What is dated in the future, of another encounter, or
    of long ago, is left out, and a note says so. Gives a collection: a ClinicalImpression in progress,
    a preliminary RiskAssessment where there is a differential, Provenance, AuditEvent and the Device that
    they name. Nothing of it is a confirmed Condition or a final report. `probabilityDecimal` is in percent.
    """
    record = await to_thread.run_sync(_read, bundle)
    answer = await asking.service.desk.assess(
        record.text,
        caller=asking.caller,
        request=asking.request,
        explain=explain,
        more={"remarks": list(record.remarks)},
    )
    return FhirResponse(await to_thread.run_sync(_written, asking, answer, record))


def _read(bundle: Mapping[str, Any]) -> Record:
    try:
        return read_record(bundle, datetime.now(UTC))
    except UnfitBundle as error:
        faults = [Fault(field=one.field, detail=one.reason) for one in error.faults]
        told = "the Bundle cannot be used as it is; mend what `errors` names"
        raise Problem(422, told, faults) from None


def _written(asking: Asking, answer: Answer, record: Record) -> Element:
    with asking.service.database.reading() as session:
        event = session.get_one(Event, answer.event)
    return as_bundle(answer, record, event)
