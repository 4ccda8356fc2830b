import pytest

from workup.clinic.formats.units import clinical, number


@pytest.mark.parametrize(
    ("ucum", "written"),
    [
        ("mg/L", "mg/L"),
        ("10*9/L", "x10^9/L"),
        ("10*3/uL", "x10^3/uL"),
        ("Cel", "°C"),
        ("[degF]", "°F"),
        ("mm[Hg]", "mmHg"),
        ("m[IU]/L", "mIU/L"),
        ("u[iU]/mL", "uIU/mL"),
        ("[IU]/mL", "IU/mL"),
        ("U/L", "U/L"),
        ("[in_i]", "in"),
        ("[lb_av]", "lb"),
        ("meq/L", "mEq/L"),
        ("mosm/kg", "mOsm/kg"),
        ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        ("{beats}/min", "/min"),
        ("{score}", ""),
        ("1", ""),
        ("mmol/mol{creat}", "mmol/mol"),
        ("kg/m2", "kg/m2"),
        ("a", "years"),
    ],
)
def test_ucum_is_written_as_clinicians_do(ucum, written):
    assert clinical(ucum) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (67.0, "67"),
        (7.31, "7.31"),
        (78.1234, "78.12"),
        (0.0123456, "0.01235"),
        (123456.7, "123457"),
        (-3.2, "-3.2"),
        (0, "0"),
        (9.99999, "10"),
    ],
)
def test_a_number_has_four_significant_digits(value, written):
    assert number(value) == written
