import json

import pytest

from workup.clinic.formats.fhir import read
from workup.data.rows import BadRow, Row
from workup.errors import DataError

PATIENT = {
    "resourceType": "Patient",
    "id": "p7",
    "gender": "male",
    "birthDate": "1966-04-02",
    "name": [{"family": "Quillfeather", "given": ["Osbert"]}],
    "telecom": [{"value": "020 7946 0000"}],
    "address": [{"city": "Little Snoring"}],
    "identifier": [{"value": "MRN-5150"}],
}
VISIT = {
    "resourceType": "Encounter",
    "id": "e1",
    "subject": {"reference": "Patient/p7"},
    "period": {"start": "2024-05-03T08:00:00+02:00", "end": "2024-05-03T11:00:00"},
}


def concept(name, code=None):
    return {"coding": [{"code": code or name, "display": name}]}


def resource(kind, name, code=None, **fields):
    return {
        "resourceType": kind,
        "status": "final",
        "subject": {"reference": "Patient/p7"},
        "code": concept(name, code),
        **fields,
    }


def condition(name, clinical="active", verified="confirmed", category="problem-list-item", **fields):
    return resource(
        "Condition",
        name,
        clinicalStatus=concept("", clinical),
        verificationStatus=concept("", verified),
        category=[concept("", category)],
        **fields,
    )


def observation(name, code=None, **fields):
    return resource("Observation", name, code, **fields)


GOUT = condition("Gout (disorder)", category="encounter-diagnosis", recordedDate="2024-05-03")


def records(tmp_path, *resources):
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": [{"resource": r} for r in resources]}))
    return list(read(str(path)))


def case(tmp_path, *resources):
    (row,) = records(tmp_path, PATIENT, VISIT, *resources)
    assert isinstance(row, Row), row
    return row.values


def told(tmp_path, *resources):
    return case(tmp_path, *resources)["text"].removeprefix("58-year-old man.").strip()


def test_a_whole_case(tmp_path):
    values = case(
        tmp_path,
        GOUT,
        condition("Hypertension", onsetDateTime="2012"),
        condition("Sepsis", verified="refuted"),
        observation("Podagra", valueBoolean=True),
        observation(
            "Uric acid", valueQuantity={"value": 9.1, "code": "mg/dL"}, interpretation=[concept("", "H")]
        ),
        resource("DiagnosticReport", "Foot X-ray", conclusionCode=[concept("Soft tissue swelling")]),
    )
    text = (
        "58-year-old man. History: Hypertension (for 12 years). Findings: Podagra. Absent: Sepsis. "
        "Uric acid: 9.1 mg/dL (high). Foot X-ray: Soft tissue swelling."
    )
    identity = values["patient"]
    assert values == {
        "id": identity,
        "patient": identity,
        "text": text,
        "diagnosis": "Gout",
        "differential": ["Gout"],
        "age": "58 years",
        "sex": "male",
    }
    assert len(identity) == 16


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"valueQuantity": {"value": 167.25, "unit": "mg/L"}}, "X: 167.2 mg/L."),
        ({"valueQuantity": {"value": 13.456789, "code": "10*9/L"}}, "X: 13.46 x10^9/L."),
        ({"valueQuantity": {"value": 250000, "code": "/uL"}}, "X: 250000 /uL."),
        ({"valueQuantity": {"value": 38.9, "code": "Cel"}}, "X: 38.9 °C."),
        ({"valueQuantity": {"value": 71, "code": "mL/min/{1.73_m2}"}}, "X: 71 mL/min/1.73 m2."),
        ({"valueQuantity": {"value": 104, "code": "{beats}/min"}}, "X: 104 /min."),
        ({"valueQuantity": {"value": 2.5, "code": "m[IU]/L"}}, "X: 2.5 mIU/L."),
        ({"valueQuantity": {"value": 7.31, "code": "[pH]"}}, "X: 7.31."),
        ({"valueQuantity": {"value": 0.5, "comparator": "<", "code": "ng/mL"}}, "X: < 0.5 ng/mL."),
        ({"valueQuantity": {"value": 0, "code": "meq/L"}}, "X: 0 mEq/L."),
        ({"valueRange": {"low": {"value": 3}, "high": {"value": 5, "unit": "mm"}}}, "X: 3 to 5 mm."),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 160}}}, "X: 1:160."),
        ({"valueInteger": 4}, "X: 4."),
        ({"valueCodeableConcept": concept("Not detected (qualifier value)")}, "X: Not detected."),
        ({"valueCodeableConcept": concept("Present")}, "Findings: X."),
        ({"valueCodeableConcept": concept("No (qualifier value)")}, "Absent: X."),
        ({"valueBoolean": False}, "Absent: X."),
        ({"interpretation": [concept("Positive", "POS")]}, "X: positive."),
        ({"dataAbsentReason": concept("not performed")}, ""),
        ({"valueDateTime": "2024-01-01"}, ""),
        ({"valueInteger": 4, "valueString": None, "component": None}, "X: 4."),
        ({"valueInteger": 4, "status": "entered-in-error"}, ""),
    ],
)
def test_an_observation_in_words(tmp_path, fields, words):
    assert told(tmp_path, observation("X", **fields)) == words


def test_a_note_on_a_finding_is_kept_and_one_on_an_absent_finding_is_not_absent_too(tmp_path):
    note = [{"text": "Crushing, into the left arm."}, {"text": "Sweating"}]
    there = observation("Pain", valueBoolean=True, note=note)
    absent = observation("Fever", valueCodeableConcept=concept("No"), note=[{"text": "took paracetamol"}])
    words = "Findings: Pain (Crushing, into the left arm; Sweating). Absent: Fever. Took paracetamol."
    assert told(tmp_path, there, absent) == words


def test_blood_pressure_is_one_value_and_other_components_are_listed(tmp_path):
    def part(code, value, unit):
        return {"code": concept(code), "valueQuantity": {"value": value, "code": unit}}

    pressure = observation("BP", component=[part("8462-4", 92, "mm[Hg]"), part("8480-6", 148.0, "mm[Hg]")])
    gas = observation("Blood gas", component=[part("pH", 7.31, "[pH]"), part("pCO2", 6.2, "kPa")])
    assert told(tmp_path, pressure, gas) == "BP: 148/92 mmHg. Blood gas: pH 7.31, pCO2 6.2 kPa."


@pytest.mark.parametrize(
    "change",
    [
        {"category": [concept("", "problem-list-item")]},
        {"clinicalStatus": concept("", "resolved")},
        {"verificationStatus": concept("", "provisional")},
        {"verificationStatus": concept("", "refuted")},
        {"verificationStatus": concept("", "entered-in-error")},
    ],
)
def test_what_is_no_diagnosis(tmp_path, change):
    values = case(tmp_path, {**GOUT, **change})
    assert "diagnosis" in values
    assert values["diagnosis"] is None


def test_the_latest_encounter_diagnosis_is_the_diagnosis_and_statuses_may_be_left_out(tmp_path):
    earlier = condition("Asthma", category="encounter-diagnosis", recordedDate="2020-01-01")
    bare = {key: value for key, value in GOUT.items() if not key.endswith("Status")}
    values = case(tmp_path, bare, earlier)
    assert values["diagnosis"] == "Gout"
    assert "History: Asthma." in values["text"]


def test_suspected_conditions_follow_the_diagnosis_and_stay_out_of_the_text(tmp_path):
    suspected = [
        condition("Cellulitis", verified="provisional", recordedDate="2024-05-01"),
        condition("Septic arthritis", verified="differential", recordedDate="2024-05-02"),
    ]
    values = case(tmp_path, GOUT, *suspected)
    assert values["differential"] == ["Gout", "Septic arthritis", "Cellulitis"]
    assert values["text"] == "58-year-old man."


def test_the_text_does_not_name_the_answer_as_history(tmp_path):
    again = condition("gout", clinical="resolved", onsetDateTime="2020")
    report = resource("DiagnosticReport", "Foot X-ray", conclusionCode=[concept("Gout")])
    assert told(tmp_path, GOUT, again, report) == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"clinical": "resolved", "onsetDateTime": "1990-01"}, "Mumps (resolved, began 34 years ago)"),
        ({"clinical": "remission"}, "Mumps (in remission)"),
        ({"onsetAge": {"value": 12, "code": "a"}}, "Mumps (since the age of 12 years)"),
        ({"onsetDateTime": "2024-04-20"}, "Mumps (for 13 days)"),
        ({"onsetDateTime": "1890"}, "Mumps (for 90 years)"),
    ],
)
def test_dates_of_conditions_become_durations(tmp_path, fields, words):
    assert told(tmp_path, GOUT, condition("Mumps", **fields)) == f"History: {words}."


def test_what_came_after_the_diagnosis_is_not_used(tmp_path):
    after = observation("X", valueInteger=1, effectiveDateTime="2024-06-01")
    assert told(tmp_path, GOUT, after, condition("Fall", onsetDateTime="2025-01-01")) == ""


def test_the_latest_value_counts_and_that_of_the_encounter_first(tmp_path):
    def weight(value, day, visit):
        encounter = {"reference": f"Encounter/{visit}"}
        return observation("Weight", valueInteger=value, effectiveDateTime=day, encounter=encounter)

    values = [weight(81, "2024-05-02", "e0"), weight(83, "2024-05-03", "e0"), weight(80, "2023-01-01", "e1")]
    assert told(tmp_path, GOUT, *values) == "Weight: 83."
    assert told(tmp_path, {**GOUT, "encounter": {"reference": "Encounter/e1"}}, *values) == "Weight: 80."


@pytest.mark.parametrize(
    ("fields", "age"),
    [
        ({"birthDate": "2023-03"}, "14 months"),
        ({"birthDate": "1920-01-01"}, "90 years"),
        (
            {"birthDate": None, "extension": [{"url": "http://x/patient-age", "valueAge": {"value": 7}}]},
            "7 years",
        ),
        (
            {
                "birthDate": None,
                "extension": [{"url": "http://x/age", "extension": [{"url": "age", "valueInteger": 61}]}],
            },
            "61 years",
        ),
        ({"birthDate": None}, None),
        ({"birthDate": "2030-01-01"}, None),
    ],
)
def test_the_age_is_that_at_the_encounter(tmp_path, fields, age):
    patient = {key: value for key, value in {**PATIENT, **fields}.items() if value is not None}
    (row,) = records(tmp_path, patient, VISIT)
    assert row.values["age"] == age


def test_nothing_that_identifies_is_emitted(tmp_path):
    text = json.dumps(case(tmp_path, GOUT, condition("Hypertension", onsetDateTime="2012-03-04")))
    for secret in ("Quillfeather", "Osbert", "7946", "Snoring", "5150", "p7", "2012", "1966", "2024"):
        assert secret not in text


def test_free_text_is_freed_of_names(tmp_path):
    text = told(
        tmp_path,
        observation("History", valueString="Mr Quillfeather had\n gout as a boy. "),
        observation("Gait", valueInteger=2, note=[{"text": "Osbert limps"}]),
        resource("DiagnosticReport", "X-ray", conclusion="Quillfeather: no fracture"),
        {**observation("x", valueInteger=1), "code": {"text": "weight of Osbert"}},
    )
    assert "Quillfeather" not in text
    assert "Osbert" not in text
    assert "gout as a boy" in text
    assert "no fracture" in text


def test_bulk_export_brings_a_patients_resources_together(tmp_path):
    def write(kind, *resources):
        (tmp_path / f"{kind}.ndjson").write_text("".join(json.dumps(r) + "\n" for r in resources))

    absolute = {"reference": "http://host/fhir/Patient/p8/_history/2"}
    write("Condition", {**GOUT, "subject": absolute}, GOUT)
    write("Patient", PATIENT, {**PATIENT, "id": "p8", "gender": "female"})
    first, second = read(str(tmp_path))
    assert [row.values["diagnosis"] for row in (first, second)] == ["Gout", "Gout"]
    assert [row.values["sex"] for row in (first, second)] == ["male", "female"]
    assert first.values["patient"] != second.values["patient"]


def test_a_patient_has_one_pseudonym_in_bundles_and_in_bulk_export(tmp_path):
    (in_lines,) = records(tmp_path, PATIENT)
    entry = {"fullUrl": "urn:uuid:0f", "resource": PATIENT}
    finding = {"resource": {**observation("X", valueInteger=1), "subject": {"reference": "urn:uuid:0f"}}}
    (tmp_path / "bundle.json").write_text(json.dumps({"resourceType": "Bundle", "entry": [finding, entry]}))
    (in_bundle,) = read(str(tmp_path / "bundle.json"))
    assert in_bundle.values["patient"] == in_lines.values["patient"]
    assert in_bundle.values["text"].endswith("X: 1.")


def test_a_patient_without_id_goes_by_its_full_url(tmp_path):
    nameless = {key: value for key, value in PATIENT.items() if key != "id"}
    entry = {"fullUrl": "urn:uuid:0f", "resource": nameless}
    finding = {"resource": {**observation("X", valueInteger=1), "subject": {"reference": "urn:uuid:0f"}}}
    (tmp_path / "bundle.json").write_text(json.dumps({"resourceType": "Bundle", "entry": [entry, finding]}))
    (row,) = read(str(tmp_path / "bundle.json"))
    assert row.values["sex"] == "male"
    assert row.values["text"].endswith("X: 1.")


@pytest.mark.parametrize(
    ("broken", "field", "reason"),
    [
        ({"resourceType": "Observation", "code": {}}, "entry.1.resource.subject", "is missing"),
        (
            {"resourceType": "Observation", "code": {}, "subject": {"display": "him"}},
            "entry.1.resource.subject",
            "must be a reference",
        ),
        (
            observation("X", effectiveDateTime="lately"),
            "entry.1.resource.effectiveDateTime",
            "must be a date",
        ),
        (observation("X", valueQuantity={"value": "much"}), "entry.1.resource.valueQuantity.value", "number"),
        ({"id": "x"}, "entry.1.resource", "resourceType"),
    ],
)
def test_a_faulty_resource_is_told_and_the_others_are_used(tmp_path, broken, field, reason):
    bad, good = records(tmp_path, PATIENT, broken)
    assert isinstance(bad, BadRow)
    assert bad.field == field
    assert reason in bad.reason
    assert "lately" not in str(bad)
    assert good.values["sex"] == "male"


def test_what_is_not_read_is_passed_over(tmp_path):
    others = [{**observation("X"), "subject": {"reference": f"{kind}/1"}} for kind in ("Group", "Device")]
    assert told(tmp_path, {"resourceType": "Claim"}, *others) == ""


@pytest.mark.parametrize("subject", ["p7", "#p7", "patient/p7", "Practitioner/p7"])
def test_a_finding_of_nobody_known_is_named_and_not_dropped(tmp_path, subject):
    bad, good = records(tmp_path, PATIENT, {**observation("X"), "subject": {"reference": subject}})
    assert (bad.field, "must refer to a patient" in bad.reason) == ("entry.1.resource.subject", True)
    assert isinstance(good, Row)


def test_faults_of_the_whole_are_errors_but_in_a_folder_a_broken_file_is_one_of_many(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        list(read(str(tmp_path / "none.json")))
    with pytest.raises(DataError, match=r"holds no \.json"):
        list(read(str(tmp_path)))
    path = tmp_path / "broken.json"
    path.write_text('{"resourceType"')
    with pytest.raises(DataError, match="not JSON"):
        list(read(str(path)))
    (bad,) = read(str(tmp_path))
    assert isinstance(bad, BadRow)
    path.write_bytes(b'{"a": "\xe9"}')
    with pytest.raises(DataError, match="not UTF-8"):
        list(read(str(tmp_path)))
    path.write_text("[]")
    with pytest.raises(DataError, match="must hold one JSON object, got list"):
        list(read(str(path)))
