from uuid import uuid4

import pytest
from pydantic import ValidationError

from workup.serve.cds.requests import Feedback, HookRequest, record_of
from workup.serve.cds.services import SERVICES
from workup.serve.problems import Problem

SERVICE = SERVICES["differential-patient-view"]
PATIENT = {"resourceType": "Patient", "id": "p7", "gender": "female", "birthDate": "1960-01-01"}


def observation(**fields):
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/p7"},
        "effectiveDateTime": "2026-11-27",
        "code": {"text": "Fever"},
        "valueBoolean": True,
        **fields,
    }


def searched(*resources):
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": r} for r in resources]}


def request(hook="patient-view", open_patient="p7", encounter=None, **prefetch):
    context = {"patientId": open_patient, "userId": "Practitioner/1"}
    if encounter:
        context["encounterId"] = encounter
    given = {"patient": PATIENT, "conditions": None, "observations": searched(observation()), **prefetch}
    return HookRequest(hook=hook, hookInstance=uuid4(), context=context, prefetch=given)


def problem(given):
    with pytest.raises(Problem) as caught:
        record_of(given, SERVICE)
    return caught.value


def test_what_was_prefetched_makes_the_case():
    record = record_of(request(), SERVICE)
    assert record.text == "66-year-old woman. Findings: Fever."
    assert record.subject == "Patient/p7"


def test_null_means_that_there_is_nothing():
    record = record_of(request(observations=None, reports=None), SERVICE)
    assert record.text.startswith("Female patient of unknown age")


def test_what_was_not_asked_for_is_passed_over():
    assert record_of(request(other={"resourceType": "Bundle", "entry": "x"}), SERVICE)


def test_the_encounter_of_the_context_is_the_present_one():
    old = observation(encounter={"reference": "Encounter/e0"}, effectiveDateTime="2020-01-01")
    new = observation(encounter={"reference": "Encounter/e1"}, code={"text": "Cough"})
    record = record_of(request(encounter="e0", observations=searched(old, new)), SERVICE)
    assert "Fever" in record.text
    assert "Cough" not in record.text


@pytest.mark.parametrize("name", ["patient", "conditions", "observations"])
def test_data_that_is_missing_is_named_with_its_query(name):
    given = request()
    del given.prefetch[name]
    found = problem(given)
    assert found.status == 412
    assert [fault.field for fault in found.errors] == [f"prefetch.{name}"]
    assert "{{context.patientId}}" in found.errors[0].detail


def test_no_prefetch_at_all_lacks_all_of_it():
    given = HookRequest(hook="patient-view", hookInstance=uuid4(), context={"patientId": "p7"})
    assert [fault.field for fault in problem(given).errors] == [
        "prefetch.patient",
        "prefetch.conditions",
        "prefetch.observations",
    ]


def test_a_patient_that_is_null_is_missing():
    given = request()
    given.prefetch["patient"] = None
    assert [fault.field for fault in problem(given).errors] == ["prefetch.patient"]


def test_another_patient_than_the_open_one_is_refused():
    found = problem(request(open_patient="p8"))
    assert found.status == 422
    assert found.errors[0].field == "prefetch.patient.id"


def test_another_hook_is_refused():
    found = problem(request(hook="order-select"))
    assert found.errors[0].field == "hook"
    assert "'patient-view'" in found.errors[0].detail


@pytest.mark.parametrize(
    ("prefetch", "field"),
    [
        (
            {"observations": searched(observation(), observation(code=3))},
            "prefetch.observations.entry.1.resource.code",
        ),
        ({"observations": observation(code=3)}, "prefetch.observations.code"),
        ({"observations": {"resourceType": "Bundle", "entry": 3}}, "prefetch.observations.entry"),
        ({"observations": {"resourceType": "Bundle", "entry": [3]}}, "prefetch"),
        ({"conditions": searched({"resourceType": "Patient", "id": "p8"})}, "prefetch"),
    ],
)
def test_a_fault_is_told_by_its_place_in_what_was_sent(prefetch, field):
    found = problem(request(**prefetch))
    assert found.status == 422
    assert [fault.field for fault in found.errors] == [field]


def test_feedback_that_accepts_says_what():
    said = {"card": str(uuid4()), "outcome": "accepted", "outcomeTimestamp": "2026-11-30T08:00:00Z"}
    with pytest.raises(ValidationError, match="which suggestion of the card"):
        Feedback(**said)
    assert Feedback(**said, acceptedSuggestions=[{"id": str(uuid4())}])
