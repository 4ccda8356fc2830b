import pytest

from workup.clinic.book import conditions
from workup.clinic.safety import doubts, read


@pytest.mark.parametrize(
    ("text", "field", "meaning"),
    [
        ("K 65", "potassium", "6.5 mmol/L"),
        ("temp 102", "temperature", "102 °F"),
        ("BP 12/80", "blood pressure", "120/80 mmHg"),
        ("BP 80/120", "blood pressure", "120/80 mmHg"),
        ("SpO2 940 %", "SpO2", "94 %"),
        ("man, 430 years old, cough", "age", "43 years"),
        ("glucose 5.5 mg/dL", "glucose", "5.5 mmol/L"),
        ("glucose 5.5", "glucose", "5.5 mmol/L"),
        ("creatinine 350 mg/dL", "creatinine", "350 umol/L"),
    ],
)
def test_a_slip_is_asked_back_with_what_it_may_mean(text, field, meaning):
    (doubt,) = doubts(read(text))
    assert doubt.field == field
    assert meaning in doubt.may_mean
    assert meaning in str(doubt)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("potassium 6.5 mg/dL", "potassium"),
        ("Male, 40, pregnant.", "sex"),
        ("Afebrile. T 39.5, cough.", "temperature"),
        ("Newborn, 3 days old, smoker 20 pack-years", "age"),
        ("Chest pain since noon. No chest pain.", "findings"),
        ("", "text"),
        (" \n", "text"),
        ("fever\x00 and cough", "text"),
        ("cough and fever. " * 1200, "text"),
    ],
)
def test_a_contradiction_or_an_unreadable_text_is_asked_back(text, field):
    assert field in {doubt.field for doubt in doubts(read(text))}


@pytest.mark.parametrize("text", ["T 36.8, HR 72, BP 120/80, K 4.1, Na 140", "F 30, pregnant, fever, T 38.6"])
def test_a_sound_text_raises_none(text):
    assert not doubts(read(text))


def test_hardly_a_case_of_the_book_is_doubted():
    texts = [case.text for _, condition in conditions() for case in condition.cases[:2]]
    assert sum(bool(doubts(read(text))) for text in texts) <= 0.03 * len(texts)
