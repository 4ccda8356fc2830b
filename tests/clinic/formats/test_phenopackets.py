import json

import pytest

from workup.clinic.formats.phenopackets import read
from workup.data.rows import BadRow, Row
from workup.errors import DataError


def term(label):
    return {"id": f"X:{len(label)}", "label": label}


def years(text):
    return {"age": {"iso8601duration": text}}


PACKET = {
    "id": "packet-1",
    "subject": {"id": "proband", "sex": "FEMALE", "timeAtLastEncounter": years("P12Y3M")},
    "phenotypicFeatures": [
        {
            "type": term("Ataxia"),
            "severity": term("Severe"),
            "modifiers": [term("Recurrent")],
            "onset": years("P3M"),
        },
        {"type": term("Short stature"), "onset": {"ontologyClass": term("Fetal onset")}},
        {"type": term("Deafness"), "excluded": True},
    ],
    "measurements": [
        {
            "assay": term("Copper"),
            "value": {
                "quantity": {
                    "unit": {"id": "UCUM:umol/L", "label": "micromole per liter"},
                    "value": 4.2,
                    "referenceRange": {"low": 11, "high": 22},
                }
            },
        }
    ],
    "diseases": [
        {"term": term("Wilson disease")},
        {"term": term("Asthma")},
        {"term": term("Lupus"), "excluded": True},
    ],
    "interpretations": [
        {"progressStatus": "UNSOLVED", "diagnosis": {"disease": term("Friedreich ataxia")}},
        {
            "progressStatus": "SOLVED",
            "diagnosis": {
                "disease": term("Wilson disease"),
                "genomicInterpretations": [
                    {"variantInterpretation": {"variationDescriptor": {"geneContext": {"symbol": "ATP7B"}}}},
                    {"interpretationStatus": "REJECTED", "gene": {"symbol": "FXN"}},
                ],
            },
        },
    ],
}


def case(tmp_path, packet):
    path = tmp_path / "packet.json"
    path.write_text(json.dumps(packet))
    (row,) = read(str(path))
    assert isinstance(row, Row), row
    return row.values


def test_a_packet_of_version_2(tmp_path):
    values = case(tmp_path, PACKET)
    assert values["text"] == (
        "12-year-old girl. History: Asthma. "
        "Findings: Ataxia (severe, recurrent, onset at 3 months); Short stature (fetal onset). "
        "Absent: Deafness; Lupus. Copper: 4.2 umol/L (low). Gene: ATP7B."
    )
    assert values["diagnosis"] == "Wilson disease"
    assert values["differential"] == ["Wilson disease", "Friedreich ataxia"]
    assert (values["age"], values["sex"]) == ("12 years", "female")
    assert len(values["id"]) == len(values["patient"]) == 16
    assert values["id"] != values["patient"]


def test_a_packet_of_version_1(tmp_path):
    values = case(
        tmp_path,
        {
            "id": "packet-1",
            "subject": {"id": "proband", "sex": "MALE", "ageAtCollection": {"age": "P14M"}},
            "phenotypicFeatures": [
                {"type": term("Rickets"), "ageOfOnset": {"age": "P9M"}},
                {"type": term("Bowing"), "classOfOnset": term("Infantile onset")},
                {"type": term("Tetany"), "ageRangeOfOnset": {"start": {"age": "P1Y"}, "end": {"age": "P2Y"}}},
                {"type": term("Deafness"), "negated": True},
            ],
            "diseases": [{"term": term("Hypophosphatasia")}],
            "genes": [{"id": "HGNC:438", "symbol": "ALPL"}],
        },
    )
    assert values["text"] == (
        "14-month-old boy. Findings: Rickets (onset at 9 months); Bowing (infantile onset); "
        "Tetany (onset between 12 months and 2 years). Absent: Deafness. Gene: ALPL."
    )
    assert values["diagnosis"] == "Hypophosphatasia"


def test_snake_case_is_read_too(tmp_path):
    packet = {"id": "x", "subject": {"time_at_last_encounter": years("P9D")}, "phenotypic_features": []}
    assert case(tmp_path, packet)["age"] == "9 days"


@pytest.mark.parametrize(
    ("time", "age"),
    [
        (years("P95Y"), "90 years"),
        ({"timestamp": "2020-06-01T00:00:00Z"}, "19 years"),
        ({"ageRange": {"start": {"iso8601duration": "P5Y"}, "end": {"iso8601duration": "P9Y"}}}, None),
        ({"gestationalAge": {"weeks": 30}}, None),
    ],
)
def test_the_age_at_the_last_encounter(tmp_path, time, age):
    subject = {"id": "s", "dateOfBirth": "2000-06-02T10:17:36.000000100Z", "timeAtLastEncounter": time}
    values = case(tmp_path, {"id": "x", "subject": subject})
    assert values["age"] == age
    assert "2020" not in json.dumps(values)


def test_null_counts_as_left_out(tmp_path):
    feature = {"type": {"id": None, "label": "Ataxia"}, "excluded": None, "onset": None}
    assert "Findings: Ataxia." in case(tmp_path, {**PACKET, "phenotypicFeatures": [feature]})["text"]


def test_a_packet_without_disease_has_the_key_but_no_diagnosis(tmp_path):
    values = case(tmp_path, {"id": "x", "subject": {"id": "s"}})
    assert (values["diagnosis"], values["differential"]) == (None, [])
    assert values["text"] == "Patient of unknown age."


def test_several_quantities_of_one_measurement(tmp_path):
    quantities = [
        {"type": term("Systolic"), "quantity": {"unit": {"id": "UCUM:mm[Hg]"}, "value": 120}},
        {"type": term("Diastolic"), "quantity": {"unit": {"id": "UCUM:mm[Hg]"}, "value": 70}},
    ]
    measurement = {"assay": term("Blood pressure"), "complexValue": {"typedQuantities": quantities}}
    text = case(tmp_path, {**PACKET, "measurements": [measurement]})["text"]
    assert "Blood pressure: Systolic 120 mmHg, Diastolic 70 mmHg." in text


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"phenotypicFeatures": [{}]}, "phenotypicFeatures.0.type", "is missing"),
        ({"subject": {"timeAtLastEncounter": years("12")}}, "subject.timeAtLastEncounter.age", "P12Y3M"),
        ({"diseases": "none"}, "diseases", "list"),
        ({"id": ""}, "id", "is empty"),
    ],
)
def test_a_faulty_packet_is_told_and_the_next_is_read(tmp_path, changes, field, reason):
    path = tmp_path / "packets.jsonl"
    path.write_text("".join(json.dumps(packet) + "\n" for packet in ({**PACKET, **changes}, PACKET)) + "{\n")
    bad, good, broken = read(str(path))
    assert (bad.place, bad.field) == (f"{path}:1", field)
    assert reason in bad.reason
    assert isinstance(good, Row)
    assert isinstance(broken, BadRow)


def test_a_family_is_told_apart(tmp_path):
    (tmp_path / "family.json").write_text(json.dumps({"id": "f", "proband": PACKET}))
    (bad,) = read(str(tmp_path))
    assert "is no phenopacket" in bad.reason


def test_a_folder_is_read_through(tmp_path):
    (tmp_path / "gene").mkdir()
    (tmp_path / "gene" / "a.json").write_text(json.dumps(PACKET))
    (tmp_path / "b.json").write_text("{")
    assert [type(record) for record in read(str(tmp_path))] == [BadRow, Row]


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        list(read(str(tmp_path / "none.json")))
