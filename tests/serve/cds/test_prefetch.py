from datetime import UTC, datetime
from uuid import uuid4

import pytest

from workup.serve.cds.prefetch import record_of
from workup.serve.cds.requests import HookRequest
from workup.serve.cds.services import SERVICES
from workup.serve.problems import Problem

SERVICE = SERVICES["differential-patient-view"]
NOW = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
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
        record_of(given, SERVICE, NOW)
    return caught.value


def test_what_was_prefetched_makes_the_case():
    record = record_of(request(), SERVICE, NOW)
    assert record.text == "66-year-old woman. Findings: Fever."
    assert record.subject == "Patient/p7"


def test_null_means_that_there_is_nothing():
    record = record_of(request(observations=None, reports=None), SERVICE, NOW)
    assert record.text == "66-year-old woman."


def test_what_was_not_asked_for_is_passed_over():
    assert record_of(request(other={"resourceType": "Bundle", "entry": "x"}), SERVICE, NOW)


def test_the_encounter_of_the_context_is_the_present_one():
    old = observation(encounter={"reference": "Encounter/e0"}, effectiveDateTime="2026-11-25")
    new = observation(encounter={"reference": "Encounter/e1"}, code={"text": "Cough"})
    record = record_of(request(encounter="Encounter/e0", observations=searched(old, new)), SERVICE, NOW)
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
    context = {"patientId": "p7", "userId": "Practitioner/1"}
    given = HookRequest(hook="patient-view", hookInstance=uuid4(), context=context)
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
        ({"observations": PATIENT}, "prefetch.observations.resourceType"),
        (
            {"observations": searched(observation(), observation(subject={"reference": "Patient/p8"}))},
            "prefetch.observations.entry.1.resource.subject",
        ),
    ],
)
def test_a_fault_is_told_by_its_place_in_what_was_sent(prefetch, field):
    found = problem(request(**prefetch))
    assert found.status == 422
    assert [fault.field for fault in found.errors] == [field]


FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}


@pytest.mark.parametrize("held", [FAILED, {"resourceType": "OperationOutcome"}, searched(FAILED)])
def test_what_could_not_be_fetched_is_not_nothing(held):
    found = problem(request(observations=held))
    assert (found.status, found.errors[0].field) == (412, "prefetch.observations")
    assert "could not be fetched" in found.errors[0].detail


def test_what_is_only_welcome_may_have_failed():
    assert record_of(request(reports=FAILED, encounter=None), SERVICE, NOW).text.endswith("Findings: Fever.")


def page(*resources):
    return {**searched(*resources), "link": [{"relation": "next", "url": "https://ehr.example.org/2"}]}


def test_a_page_that_ends_within_the_present_case_is_not_enough():
    found = problem(request(observations=page(observation())))
    assert (found.status, found.errors[0].field) == (412, "prefetch.observations.link")
    assert "send all since 2026-11-23 as one Bundle" in found.errors[0].detail


def test_a_page_that_goes_back_to_before_the_present_case_is():
    newest = page(observation(), observation(code={"text": "Cough"}, effectiveDateTime="2024-01-01"))
    assert record_of(request(observations=newest), SERVICE, NOW).text.endswith("Findings: Fever.")


def test_a_page_of_conditions_is_not_all_of_the_history():
    found = problem(request(conditions=page({**observation(), "resourceType": "Condition"})))
    assert (found.status, found.errors[0].field) == (412, "prefetch.conditions.link")


@pytest.mark.parametrize("lacking", ["selections", "draftOrders"])
def test_an_order_has_to_come_with_its_selections_and_drafts(lacking):
    given = request(hook="order-select")
    context = {"selections": ["ServiceRequest/1"], "draftOrders": {"resourceType": "Bundle"}, lacking: None}
    told = {name: value for name, value in context.items() if value}
    given = given.model_copy(update={"context": given.context.model_copy(update=told)})
    with pytest.raises(Problem) as caught:
        record_of(given, SERVICES["differential-order-select"], NOW)
    assert (caught.value.status, caught.value.errors[0].field) == (422, f"context.{lacking}")
