from datetime import UTC, datetime

import pytest

from learning_cases import GOUT
from workup.data.rows import BadRow, Row
from workup.learning.submission import Submission, submission

TEXT = GOUT["text"]


def read(**values):
    return submission(Row({"text": TEXT, **values}, "folder/cases.jsonl:7"))


def test_a_new_case_gets_the_canonical_name_of_its_diagnosis():
    one = read(diagnosis="gouty arthritis")
    assert isinstance(one, Submission)
    assert (one.kind, one.diagnosis.name, one.specialty) == ("case", "Gout", "Rheumatology and immunology")
    assert one.place == "cases.jsonl:7"


def test_an_accepted_answer_is_the_label_and_a_corrected_one_is_not():
    assert read(feedback="accepted", answer="Gout", confidence=0.7).diagnosis.name == "Gout"
    corrected = read(feedback="corrected", answer="Croup", diagnosis="Gout")
    assert (corrected.diagnosis.name, corrected.answer.name) == ("Gout", "Croup")


def test_a_rejected_answer_has_no_label_and_the_specialty_of_the_answer():
    one = read(feedback="rejected", answer="Croup", reason="Dr. Tolliver saw him: an adult")
    assert one.diagnosis is None
    assert one.specialty == "Pediatrics and neonatology"
    assert "Tolliver" not in one.reason


def test_identifiers_are_taken_out_before_anything_else():
    one = read(text=f"Mrs. Gonzalez, seen 12/03/2024. {TEXT}", diagnosis="Gout")
    assert "Gonzalez" not in one.text
    assert "[NAME]" in one.text


def test_the_guides_form_is_read_where_there_is_no_text():
    assert read(text=None, findings="Symptoms: red hot big toe.", diagnosis="Gout").text.startswith(
        "Symptoms"
    )


def test_a_moment_without_a_zone_is_in_utc():
    assert read(diagnosis="Gout", received="2026-03-01T12:00").received == datetime(
        2026, 3, 1, 12, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"text": " "}, "the case is missing"),
        ({}, "'diagnosis' is missing: what is the case?"),
        ({"feedback": "corrected", "answer": "Gout"}, "'diagnosis' is missing: what is the right one?"),
        ({"feedback": "accepted"}, "'answer' is missing"),
        ({"feedback": "rejected", "answer": "Gout"}, "'reason' is missing"),
        ({"feedback": "rejected", "answer": "Gout", "reason": "x", "diagnosis": "Croup"}, "is 'corrected'"),
        ({"feedback": "accepted", "answer": "Gout", "diagnosis": "Croup"}, "is 'corrected'"),
        ({"feedback": "corrected", "answer": "Gout", "diagnosis": "gout"}, "is the answer itself"),
        ({"feedback": "fine", "answer": "Gout"}, "feedback: must be 'accepted'"),
        ({"diagnosis": "Gowt"}, "did you mean 'Gout'"),
        ({"diagnosis": "Gout", "confidence": 70}, "confidence: must be at most 1"),
        ({"diagnosis": "Gout", "received": "yesterday"}, "received: must be a time such as"),
        ({"diagnosis": "Gout", "text": "red toe"}, "at least 20 characters"),
        ({"diagnosis": "Gout", "text": f"{TEXT} Known gout."}, "the text says its answer: 'Gout'"),
        ({"diagnosis": "Gout", "labs": {"CRP": "67 mmHg"}}, "the unit 'mmHg' is not one of"),
        ({"diagnosis": "Preeclampsia", "sex": "male"}, "Pre-eclampsia in a male patient"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_place(values, reason):
    bad = read(**values)
    assert isinstance(bad, BadRow)
    assert reason in str(bad)
    assert str(bad).startswith("folder/cases.jsonl:7")


def test_a_reason_never_repeats_the_text_of_the_case():
    assert "toe" not in str(read(confidence="toe"))
