from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workup.clinic.ages import Span, age, noun, person


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("P12Y3M", "12 years"),
        ("P2Y", "2 years"),
        ("P1Y11M", "23 months"),
        ("P1M", "1 month"),
        ("P2W", "14 days"),
        ("P1D", "1 day"),
        ("P400D", "13 months"),
        ("P0.5Y", "6 months"),
        ("P3Y2M1DT12H", "3 years"),
        ("PT5H", "0 days"),
    ],
)
def test_a_duration_in_words(iso, words):
    assert str(Span.from_iso(iso)) == words


@pytest.mark.parametrize("text", ["", "P", "PT", "12Y", "P-1Y", "P1Y2", "p1y", "P999999Y"])
def test_what_is_no_duration(text):
    assert Span.from_iso(text) is None


DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(DAYS, DAYS)
def test_the_time_between_two_days_is_never_negative_and_right_to_a_few_days(first, second):
    start, end = sorted((first, second))
    span = Span.between(start, end)
    assert span >= Span(0)
    assert abs(span.months * 365.25 / 12 + span.days - (end - start).days) < 4


def test_a_birthday_adds_a_year():
    born = date(1966, 5, 3)
    assert age(Span.between(born, date(2024, 5, 2))) == "57 years"
    assert age(Span.between(born, date(2024, 5, 3))) == "58 years"


def test_all_ages_over_89_are_one():
    assert [age(Span(12 * years)) for years in (89, 90, 104)] == ["89 years", "90 years", "90 years"]


@pytest.mark.parametrize(
    ("age", "sex", "words"),
    [
        ("58 years", "female", "58-year-old woman"),
        ("1 month", "male", "1-month-old boy"),
        ("9 years", None, "9-year-old child"),
        ("40 years", None, "40-year-old patient"),
        ("0 years", "female", "girl under 1 year"),
        (None, "male", "male patient of unknown age"),
        (None, None, "patient of unknown age"),
    ],
)
def test_who_it_is(age, sex, words):
    assert person(age, sex) == words


@pytest.mark.parametrize(
    ("age", "sex", "word"),
    [
        ("18 years", "male", "man"),
        ("17 years", "female", "girl"),
        ("20 months", "male", "boy"),
        ("3 days", None, "child"),
    ],
)
def test_who_it_is_in_a_word(age, sex, word):
    assert noun(age, sex) == word
