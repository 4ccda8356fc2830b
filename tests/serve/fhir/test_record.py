from datetime import UTC, datetime

import pytest

from workup.serve.fhir.record import UnfitBundle, read_record

NOW = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
PATIENT = {
    "resourceType": "Patient",
    "id": "p7",
    "gender": "male",
    "birthDate": "1966-04-02",
    "name": [{"family": "Quillfeather", "given": ["Osbert"]}],
}


def resource(kind, name, **fields):
    return {
        "resourceType": kind,
        "subject": {"reference": "Patient/p7"},
        "code": {"text": name},
        **fields,
    }


def found(name, when="2026-11-27", visit=None, **fields):
    encounter = {"encounter": {"reference": f"Encounter/{visit}"}} if visit else {}
    return resource(
        "Observation", name, status="final", valueBoolean=True, effectiveDateTime=when, **encounter, **fields
    )


def diagnosis(name, when, visit=None, **fields):
    encounter = {"encounter": {"reference": f"Encounter/{visit}"}} if visit else {}
    category = [{"coding": [{"code": "encounter-diagnosis"}]}]
    return resource("Condition", name, category=category, recordedDate=when, **encounter, **fields)


def visit(name, start):
    return {
        "resourceType": "Encounter",
        "id": name,
        "subject": {"reference": "Patient/p7"},
        "period": {"start": start},
    }


def bundle(*resources):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def text(*resources, **named):
    """What is told of the patient after the first sentence, which says who it is."""
    return read_record(bundle(PATIENT, *resources), NOW, **named).text.partition(". ")[2]


def test_a_record_is_read_as_a_case():
    record = read_record(bundle(PATIENT, visit("e1", "2026-11-27"), found("Podagra", visit="e1")), NOW)
    assert record.text == "60-year-old man. Findings: Podagra."
    assert record.subject == "Patient/p7"
    assert record.encounter == "Encounter/e1"


def test_references_are_those_of_the_sender():
    entries = [
        {"fullUrl": "https://ehr.example.org/Patient/p7", "resource": PATIENT},
        {"fullUrl": "urn:uuid:6a2f", "resource": found("Podagra", id="o1")},
        {"fullUrl": "javascript:alert(1)", "resource": found("Fever", id="o2")},
        {"resource": {"resourceType": "Procedure", "id": "x"}},
    ]
    record = read_record({"resourceType": "Bundle", "entry": entries}, NOW)
    assert record.subject == "https://ehr.example.org/Patient/p7"
    assert record.basis == ("urn:uuid:6a2f", "Observation/o2")


def test_the_patient_is_not_named_in_the_text():
    told = text(found("Pain, says Mr Quillfeather"))
    assert "Quillfeather" not in told
    assert "Pain" in told


def test_the_diagnosis_of_the_present_encounter_is_left_out():
    told = text(
        visit("e1", "2026-11-26"),
        diagnosis("Gout", "2026-11-26", visit="e1"),
        diagnosis("Podagra", "2026-11-26"),
        found("Red toe", visit="e1"),
    )
    assert told == "Findings: Red toe."


def test_an_earlier_diagnosis_is_history_and_hides_nothing_of_today():
    told = text(diagnosis("Sinusitis", "2019-02-01", visit="e0"), found("Red toe", "2026-11-27", visit="e1"))
    assert told == "History: Sinusitis. Findings: Red toe."


def test_a_refuted_diagnosis_stays_as_absent():
    refuted = {"coding": [{"code": "refuted"}]}
    told = text(diagnosis("Sepsis", "2026-11-27", verificationStatus=refuted), found("Red toe"))
    assert told == "Findings: Red toe. Absent: Sepsis."


def test_the_basis_is_what_the_text_tells():
    mistaken = {"coding": [{"code": "entered-in-error"}]}
    record = read_record(
        bundle(
            PATIENT,
            resource("Condition", "Stroke", id="c0", verificationStatus=mistaken),
            resource("Condition", "Hypertension", id="c1"),
            {**found("Chest pain", id="o0"), "status": "entered-in-error"},
            found("Weight", "2026-11-26", id="o1"),
            found("Weight", "2026-11-27", id="o2"),
            found("Cough", "2005-01-01", id="o3"),
            {"resourceType": "DiagnosticReport", "id": "r1", "subject": {"reference": "Patient/p7"}},
        ),
        NOW,
    )
    assert record.text.endswith("History: Hypertension. Findings: Weight.")
    assert record.basis == ("Condition/c1", "Observation/o2")


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"resourceType": "Patient"}, "resourceType", "must be 'Bundle'"),
        ({"resourceType": "Bundle"}, "entry", "holds no Patient"),
        ({"resourceType": "Bundle", "entry": "x"}, "entry", "must be a list"),
        (bundle(found("Cough")), "entry", "holds no Patient"),
        (bundle(PATIENT, {**PATIENT, "id": "p8"}), "entry", "holds 2 Patients"),
        (
            bundle(PATIENT, {**found("x"), "subject": {"reference": "p7"}}),
            "entry.1.resource.subject",
            "Patient/ID",
        ),
        (
            bundle(PATIENT, {**found("x"), "subject": {"reference": "Patient/p9"}}),
            "entry.1.resource.subject",
            "is not the Patient of this Bundle",
        ),
        ({**bundle(PATIENT), "link": [{"relation": "next", "url": "x"}]}, "link", "next page"),
        (
            bundle(PATIENT, {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}),
            "entry",
            "again",
        ),
        (bundle(PATIENT, found("x", valueQuantity=4)), "entry.1.resource.valueQuantity", "an object"),
        (bundle(PATIENT, found("x", when="soon")), "entry.1.resource.effectiveDateTime", "must be a date"),
    ],
)
def test_what_is_no_record_of_one_patient_is_refused_by_field(given, field, reason):
    with pytest.raises(UnfitBundle) as caught:
        read_record(given, NOW)
    (fault,) = caught.value.faults
    assert fault.field == field
    assert reason in fault.reason


def test_a_warning_about_a_search_is_passed_over():
    warning = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning"}]}
    assert text(found("Red toe"), warning) == "Findings: Red toe."
