import pytest

from workup.clinic.cases import rows
from workup.data.template import frame


def test_what_could_fill_a_slot_is_taken_out():
    text = "Symptoms: fever, dry cough. CRP: 67 mg/L. What is the diagnosis?"
    assert frame(text) == "symptoms: _ . crp: _ . what is the _ ?"


def test_lists_of_any_length_and_numbers_of_any_size_fill_one_slot():
    one = "A man of 58 has had fever for 3 days and he is on aspirin."
    other = "A woman of 7 has had nausea, itching, hiccups for 12 days and he is on oral iron."
    assert frame(one) == frame(other)


@pytest.mark.parametrize("text", ["", "Fever and cough.", "58 m, chest pain with sweating", "12 / 3"])
def test_too_few_words_of_a_frame_are_no_template(text):
    assert frame(text) is None


def test_no_two_cases_written_by_hand_share_a_template():
    frames = [form for row in rows() if (form := frame(row.values["text"]))]
    assert len(frames) > 700
    assert len(set(frames)) == len(frames)
