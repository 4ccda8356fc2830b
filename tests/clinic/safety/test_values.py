import pytest

from workup.clinic.quantity import Quantity
from workup.clinic.safety import read
from workup.clinic.safety.values import factors, quantities


def values(text):
    return [(v.analyte, round(v.number, 2), v.unit, v.second) for v in read(text).values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BP 78/42", ("blood pressure", 78.0, "mmHg", 42.0)),
        ("The medics got 80 over 50.", ("blood pressure", 80.0, "mmHg", 50.0)),
        ("SpO2 86 %", ("SpO2", 86.0, "%", None)),
        ("98% on air", ("SpO2", 98.0, "%", None)),
        ("potassium of 6.5 mmol/L", ("potassium", 6.5, "mmol/L", None)),
        ("K+ 6.8 on repeat", ("potassium", 6.8, "mmol/L", None)),
        ("fever of 103 °F", ("temperature", 39.44, "°C", None)),
        ("Temp 102", ("temperature", 38.89, "°C", None)),
        ("pH 7.08", ("pH", 7.08, "", None)),
        ("glucose 5.5", ("glucose", 99.11, "mg/dL", None)),
        ("Hb 140", ("Hb", 14.0, "g/dL", None)),
        ("CK 31,500", ("CK", 31500.0, "U/L", None)),
        ("white cells 64 thousand", ("WBC", 64.0, "x10^9/L", None)),
        ("HR 118/min", ("heart rate", 118.0, "/min", None)),
        ("RR 28 /min", ("respiratory rate", 28.0, "/min", None)),
    ],
)
def test_a_value_is_read_in_the_first_unit_of_its_quantity(text, expected):
    assert values(text) == [expected]


@pytest.mark.parametrize(
    "text", ["VA 20/25, 6/60", "T2 lesion, P3 G2", "for 2/7, then 3/52", "power 4/5", "RR 18/10"]
)
def test_other_numbers_are_no_values(text):
    assert not values(text)


def test_the_heart_rate_of_a_fetus_is_not_the_patients():
    assert values("CTG: fetal heart rate 90 /min.") == []


def test_both_values_of_a_course_are_read():
    assert [number for _, number, _, _ in values("TnT 95 -> 410 ng/L")] == [95.0, 410.0]


def test_every_factor_agrees_with_the_ranges_of_the_analytes():
    for name, units in factors().items():
        ranges = {unit: Quantity.parse(text) for unit, text in quantities()[name].units.items()}
        first = next(iter(ranges))
        for unit, factor in units.items():
            assert ranges[first].high == pytest.approx(ranges[unit].high * factor, rel=0.1), (name, unit)
