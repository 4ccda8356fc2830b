import pytest

from workup.clinic.assess.told import LEAST, told
from workup.clinic.cases import rows
from workup.clinic.safety import read


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("chest pain", 1),
        ("chest pain and sweating", 2),
        ("Troponin T < 14 ng/L", 1),
        ("Fever, stiff neck, light hurts.", 3),
        ("M 61. Crushing chest pain into the left arm for an hour, sweating.", 4),
        ("M 61, left big toe red, hot and swollen since the night. Beer daily.", 3),
    ],
)
def test_findings_and_values_count_and_so_does_what_stands_between_commas(text, findings):
    assert told(read(text)) == findings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Healthy 30 year old, no complaints.",
        "No chest pain, no fever, no cough, no wavy lines.",
        "Denies chest pain, fever and zigzag lines.",
        "58 year old woman. Her mother had breast cancer.",
        "Return if fever or confusion.",
        "58 year old man",
        "Normal ECG, normal hearing, normal reflexes.",
        "Symptoms: , and 3",
    ],
)
def test_what_is_denied_of_others_or_only_warned_of_is_no_finding(text):
    assert told(read(text)) == 0


def test_the_same_finding_said_twice_is_one():
    assert told(read("Cough. Cough. Cough. A bad cough.")) == 1


@pytest.mark.parametrize("form", ["text", "findings"])
def test_no_case_of_the_book_that_calibrates_tells_too_little(form):
    cases = [row.values for row in rows() if row.values["use"] == "validation"]
    assert [case["id"] for case in cases if told(read(case[form])) < LEAST] == []
