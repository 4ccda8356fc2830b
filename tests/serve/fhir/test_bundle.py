"""Structure after the FHIR R4 specification: elements of cardinality 1.., and required value sets."""

from dataclasses import replace

from given_answers import ASSESSMENT, GOUT, OUTSIDE, RECORD, UNSURE, answer, event
from workup.serve.fhir.bundle import as_bundle

REQUIRED = {
    "ClinicalImpression": {"status", "subject"},
    "RiskAssessment": {"status", "subject"},
    "Device": set(),
    "Provenance": {"target", "recorded", "agent"},
    "AuditEvent": {"type", "recorded", "agent", "source"},
}
# http://hl7.org/fhir/R4/valueset-device-nametype.html, -device-status, -audit-event-outcome, -action
NAME_TYPES = {
    "udi-label-name",
    "user-friendly-name",
    "patient-reported-name",
    "manufacturer-name",
    "model-name",
    "other",
}


def resources(said=None, **given):
    made = as_bundle(said or answer(**given), RECORD, event())
    return {entry["resource"]["resourceType"]: entry for entry in made["entry"]}


def resource(kind, **given):
    return resources(**given)[kind]["resource"]


def values(node):
    yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from values(inner)


def references(node):
    return [one["reference"] for one in values(node) if isinstance(one, dict) and "reference" in one]


def test_every_resource_has_its_required_elements_and_none_is_empty():
    without_model = replace(answer(OUTSIDE, "No model is loaded."), version="", checksum="")
    for given in (
        {},
        {"assessment": UNSURE},
        {"assessment": OUTSIDE},
        {"stopped": "Off."},
        {"said": without_model},
    ):
        for kind, entry in resources(**given).items():
            assert REQUIRED[kind] <= entry["resource"].keys()
            assert not [value for value in values(entry["resource"]) if value in (None, "", [], {})]


def test_references_lead_to_the_bundle_or_to_what_was_sent():
    given = resources()
    known = {entry["fullUrl"] for entry in given.values()} | {RECORD.subject, RECORD.encounter, *RECORD.basis}
    assert known.issuperset(references([entry["resource"] for entry in given.values()]))
    assert len(known) == 5 + 4


def test_nothing_is_final_and_nothing_is_confirmed():
    given = resources()
    assert given.keys() == REQUIRED.keys()
    assert given["RiskAssessment"]["resource"]["status"] == "preliminary"
    assert given["ClinicalImpression"]["resource"]["status"] == "in-progress"


def test_probabilities_are_in_percent_by_icd_10_cm():
    first, *_ = predictions = resource("RiskAssessment")["prediction"]
    assert first["outcome"] == {
        "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M10.9"}],
        "text": "Gout",
    }
    assert [one["probabilityDecimal"] for one in predictions] == [82.13, 11.04, 3.02]
    assert "82%" in first["rationale"]
    assert "41 of 50" in first["rationale"]


def test_a_condition_without_a_code_goes_by_its_name():
    unknown = replace(ASSESSMENT, differential=(replace(GOUT, name="Other", icd10=None),))
    (one,) = resource("RiskAssessment", assessment=unknown)["prediction"]
    assert one["outcome"] == {"text": "Other"}


def test_the_notice_stands_in_every_clinical_resource():
    for kind in ("RiskAssessment", "ClinicalImpression", "Device"):
        assert ASSESSMENT.notice in [note["text"] for note in resource(kind)["note"]]


def test_what_was_left_out_of_the_record_is_told():
    for kind in ("RiskAssessment", "ClinicalImpression"):
        assert RECORD.remarks[0] in [note["text"] for note in resource(kind)["note"]]


def test_red_flags_are_told_with_what_to_do():
    told = "Emergency: Hot swollen joint with fever. Aspirate the joint before antibiotics."
    assert told in resource("RiskAssessment")["mitigation"]
    assert resource("ClinicalImpression")["note"][0]["text"] == told


def test_the_findings_are_the_first_diagnosis_and_its_set():
    impression = resource("ClinicalImpression")
    assert [one["itemCodeableConcept"]["text"] for one in impression["finding"]] == [
        "Gout",
        "Calcium Pyrophosphate Deposition Disease",
    ]
    assert 'For it: "left big toe".' in impression["finding"][0]["basis"]
    assert impression["summary"].startswith("To be considered: Gout (82%), Calcium")


def test_an_unsure_model_gives_its_probabilities_and_no_finding():
    given = resources(assessment=UNSURE)
    impression = given["ClinicalImpression"]["resource"]
    assert "finding" not in impression
    assert impression["summary"] == "No diagnosis (unsure): The likeliest has 40%."
    assert given["RiskAssessment"]["resource"]["note"][0]["text"] == impression["summary"]
    assert "qualitativeRisk" not in given["RiskAssessment"]["resource"]["prediction"][0]


def test_what_is_out_of_scope_gets_no_risk_assessment():
    given = resources(assessment=OUTSIDE)
    assert "RiskAssessment" not in given
    assert "supportingInfo" not in given["ClinicalImpression"]["resource"]
    assert given["Provenance"]["resource"]["target"] == [
        {"reference": given["ClinicalImpression"]["fullUrl"]}
    ]


def test_a_switch_holds_the_diagnosis_back_and_not_the_red_flag():
    given = resources(stopped="Rheumatology is turned off.")
    impression = given["ClinicalImpression"]["resource"]
    assert "RiskAssessment" not in given
    assert "finding" not in impression
    assert impression["summary"] == "No diagnosis: Rheumatology is turned off."
    assert impression["note"][0]["text"].startswith("Emergency: Hot swollen joint")
    assert "Gout" not in str(impression)


def test_the_device_names_the_software_its_model_and_the_checksum():
    device = resource("Device")
    assert {one["type"] for one in device["deviceName"]} <= NAME_TYPES
    versions = {one["type"]["text"]: one["value"] for one in device["version"]}
    assert versions == {"Workup": "0.1.0", "model": "general@3", "checksum of the model": "ab12"}


def test_the_provenance_leads_from_the_software_to_its_sources():
    given = resources()
    provenance = given["Provenance"]["resource"]
    (agent,) = provenance["agent"]
    assert agent["who"]["reference"] == given["Device"]["fullUrl"]
    assert agent["who"]["display"] == "Workup 0.1.0, general@3, checksum ab12"
    assert [one["what"]["reference"] for one in provenance["entity"]] == [RECORD.subject, *RECORD.basis]
    assert {one["role"] for one in provenance["entity"]} == {"source"}


def test_the_audit_event_names_the_record_of_the_audit():
    audit = resource("AuditEvent")
    assert audit["recorded"] == event().at
    assert (audit["action"], audit["outcome"]) == ("E", "0")
    assert [one["requestor"] for one in audit["agent"]] == [True, False]
    details = {one["type"]: one["valueString"] for one in audit["entity"][0]["detail"]}
    assert details["audit record"] == "7"
    assert details["hash"] == "f" * 64
