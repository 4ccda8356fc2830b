import pytest

from workup.clinic.safety import read


@pytest.mark.parametrize(
    ("text", "years", "sex"),
    [
        ("M 58, cough.", 58, "male"),
        ("71F, PMH T2DM.", 71, "female"),
        ("I'm 49 and my wife, 47, is worried.", 49, None),
        ("My mother is 79 and she fell.", 79, "female"),
        ("Our boy, 9, has been thirsty.", 9, "male"),
        ("10-month-old girl. Fever.", 10 * 30.4 / 365, "female"),
        ("9-month boy, vomits.", 9 * 30.4 / 365, "male"),
        ("The baby's eight months, she cries.", 8 * 30.4 / 365, "female"),
        ("66, male. Aching bones.", 66, "male"),
        ("six-year-old boy", 6, "male"),
        ("[AGE]-year-old woman. Fell.", 90, "female"),
        ("She is [AGE] years old and fell.", 90, "female"),
        ("Day 5 after birth, 31 weeks, no fever.", None, None),
    ],
)
def test_age_and_sex(text, years, sex):
    reading = read(text)
    assert (reading.age.years if reading.age else None) == (pytest.approx(years) if years else None)
    assert reading.sex == sex
