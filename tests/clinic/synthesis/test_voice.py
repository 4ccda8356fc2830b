import re

import pytest

from workup.clinic.lexicon import findings
from workup.clinic.synthesis.voice import third_person


@pytest.mark.parametrize(
    ("own", "hers"),
    [
        ("I can't catch my breath", "she can't catch her breath"),
        ("I'm drenched and I've lost weight", "she's drenched and she's lost weight"),
        ("I still cough at night", "she still coughs at night"),
        ("I carry my arm because it hurts me", "she carries her arm because it hurts her"),
        ("I go quiet and don't react", "she goes quiet and doesn't react"),
        ("I toss and turn for hours", "she tosses and turns for hours"),
        ("I woke up and felt sick", "she woke up and felt sick"),
        ("I haven't eaten, nothing tastes good to me", "she hasn't eaten, nothing tastes good to her"),
        ("my heart races and my hands shake", "her heart races and her hands shake"),
        ("I have pins and needles in my feet", "she has pins and needles in her feet"),
    ],
)
def test_a_patients_words_retold_of_her(own, hers):
    assert third_person(own, "female") == hers


def test_a_patients_words_retold_of_him():
    assert (
        third_person("I do it myself and the pain is mine", "male")
        == "he does it himself and the pain is his"
    )


def test_nobody_but_the_patient_is_changed():
    assert third_person("the doctor heard it and they keep an eye on it", "male") == (
        "the doctor heard it and they keep an eye on it"
    )


def test_no_first_person_is_left_in_any_lay_form_of_the_lexicon():
    for finding in findings().values():
        for clause in (*finding.lay, *finding.lay_absent):
            retold = third_person(clause, "female")
            assert not re.search(r"\b(I|me|my|mine|myself)\b", retold), retold
            assert not re.search(r"\b[Ss]he (have|am|do|don't|haven't|feel|get|keep|need)\b", retold), retold
