"""Drawn patients are such as the format's reader takes, and as the statistics want them."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from bench.ddxplus_patients import write  # noqa: E402

from workup.clinic.formats.ddxplus import read  # noqa: E402
from workup.data.rows import Row  # noqa: E402


def evidence(question, kind, first, values=(), default=0):
    return {
        "question_en": question,
        "code_question": first,
        "is_antecedent": False,
        "data_type": kind,
        "default_value": default,
        "value_meaning": {value: {"fr": value, "en": value} for value in values},
        "possible-values": list(values),
    }


EVIDENCES = {
    "place": evidence("Where is the itch located?", "M", "itch", ("NA", "thumb", "nape"), "NA"),
    "itch": evidence("Do you have an itch?", "B", "itch"),
    "cough": evidence("Do you have a cough?", "B", "cough"),
}
STATISTICS = {
    "Mal A": {"prior": 0.7, "findings": {"itch": 1.0, "place": {"thumb": 0.6, "nape": 0.4}, "cough": 0.1}},
    "Mal B": {"prior": 0.3, "findings": {"cough": 1.0}},
}
CONDITIONS = {
    name: {
        "condition_name": name,
        "cond-name-fr": name,
        "cond-name-eng": name.replace("Mal", "Ailment"),
        "icd10-id": "q1",
        "severity": 3,
    }
    for name in STATISTICS
}


@pytest.fixture(scope="module")
def patients(tmp_path_factory):
    folder = tmp_path_factory.mktemp("statistics")
    for name, values in (
        ("release_evidences.fr", EVIDENCES),
        ("release_conditions.fr", CONDITIONS),
        ("ddxplus_bed_stats_4", STATISTICS),
    ):
        (folder / f"{name}.json").write_text(json.dumps(values))
    write(folder, folder / "out", {"train": 200, "test": 5})
    return list(read(str(folder / "out")))


def test_every_drawn_patient_can_be_read(patients):
    assert len(patients) == 205
    assert all(isinstance(patient, Row) for patient in patients)
    assert sum(patient.values["split"] == "test" for patient in patients) == 5


def test_conditions_are_as_frequent_as_the_statistics_say(patients):
    share = sum(patient.values["diagnosis"] == "Ailment A" for patient in patients) / len(patients)
    assert share == pytest.approx(0.7, abs=0.1)


def test_follow_up_questions_are_asked_only_after_a_yes(patients):
    for patient in patients:
        assert ("thumb" in patient.values["text"] or "nape" in patient.values["text"]) == (
            patient.values["diagnosis"] == "Ailment A"
        )


def test_a_differential_is_ordered_and_holds_the_diagnosis(patients):
    for patient in patients:
        weights = [
            float(told.rsplit(" ", 1)[1]) for told in patient.values["differential_with_probabilities"]
        ]
        assert weights == sorted(weights, reverse=True)
        assert sum(weights) == pytest.approx(1, abs=0.02)
        assert patient.values["diagnosis"] in patient.values["differential"]
