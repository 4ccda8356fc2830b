import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workup.clinic.quantity import Quantity
from workup.clinic.spans import days, draw_time, draw_value


@pytest.mark.parametrize(
    ("time", "length"), [("1 day", 1), ("3 weeks", 21), ("2 years", 730), ("12 hours", 0.5)]
)
def test_the_length_of_a_time_in_days(time, length):
    assert days(time) == length


@given(low=st.integers(1, 50), more=st.integers(0, 50), unit=st.sampled_from(["hours", "days", "years"]))
def test_a_time_is_drawn_within_its_span(low, more, unit):
    time = draw_time(f"{low} {unit} to {low + more} {unit}", random.Random(low))
    assert re.fullmatch(r"\d+ \w+", time)
    assert days(f"{low} {unit}") * 0.7 <= days(time) <= days(f"{low + more} {unit}") * 1.3


def test_a_time_is_said_in_the_unit_a_clinician_would_take():
    rng = random.Random(0)
    assert {draw_time("1 to 6 months", rng).split()[1] for _ in range(50)} <= {"weeks", "months"}
    assert {draw_time("20 to 60 years", rng).split()[1] for _ in range(50)} == {"years"}
    assert draw_time("1 hour to 1 hour", rng) == "1 hour"


def test_a_text_that_is_no_span_is_an_error():
    with pytest.raises(ValueError, match="is no span of time"):
        draw_time("a while", random.Random(0))


@pytest.mark.parametrize(
    ("span", "shape"),
    [
        ("130 to 135 mmol/L", r"13[0-5] mmol/L"),
        ("0.5 to 10 ng/mL", r"\d+\.\d ng/mL"),
        ("15 to 45 mL/min/1.73 m2", r"\d\d mL/min/1\.73 m2"),
        ("78/44 to 94/58 mmHg", r"\d\d/\d\d mmHg"),
        ("7.35 to 7.45", r"7\.\d\d"),
        ("positive", "positive"),
        ("below 14 ng/L twice", "below 14 ng/L twice"),
        ("<0.01 mIU/L", "<0.01 mIU/L"),
    ],
)
def test_a_value_has_the_form_of_its_range(span, shape):
    for seed in range(20):
        assert re.fullmatch(shape, draw_value(span, random.Random(seed)))


@given(low=st.floats(0.1, 500), factor=st.floats(1, 40), seed=st.integers(0, 99))
def test_a_value_is_drawn_within_its_range(low, factor, seed):
    value = Quantity.parse(draw_value(f"{low:.1f} to {low * factor:.1f} U/L", random.Random(seed))).value
    assert low - 0.1 <= value <= low * factor + 0.1
