import pytest

from workup.clinic.quantity import Quantity


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("67 mg/L", {"value": 67.0, "unit": "mg/L"}),
        ("92/58 mmHg", {"value": 92.0, "second": 58.0, "unit": "mmHg"}),
        ("50 to 4000 ng/L", {"value": 50.0, "high": 4000.0, "unit": "ng/L"}),
        ("< 0.5 ng/mL", {"sign": "<", "value": 0.5, "unit": "ng/mL"}),
        ("38.9°C", {"value": 38.9, "unit": "°C"}),
        ("-3.2 mmol/L", {"value": -3.2, "unit": "mmol/L"}),
        ("7.31", {"value": 7.31, "unit": None}),
    ],
)
def test_measured_values_are_read(text, fields):
    quantity = Quantity.parse(text)
    assert {name: getattr(quantity, name) for name in fields} == fields
    assert str(quantity) == text


@pytest.mark.parametrize("text", ["positive", "elevated and rising", "not detected"])
def test_results_in_words_have_no_value(text):
    assert Quantity.parse(text) == Quantity(text)
