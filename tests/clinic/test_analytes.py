import pytest

from workup.clinic.analytes import analytes, problem
from workup.clinic.book import conditions, quantities
from workup.clinic.lexicon import findings


def test_every_quantity_of_book_and_lexicon_is_known():
    used = {name for _, c in conditions() for name in c.labs}
    used |= {name for _, c in conditions() for case in c.cases for name in quantities(case)}
    used |= {name for finding in findings().values() for name in finding.measured}
    assert used <= set(analytes())


def test_no_short_or_lay_form_belongs_to_two_quantities():
    forms = [form for entry in analytes().values() for form in (*entry.short, *entry.lay)]
    assert len(set(forms)) == len(forms)


def test_a_healthy_result_is_possible():
    for name, entry in analytes().items():
        assert problem(name, entry.usual) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CRP", "67 mg/L"),
        ("CRP", "below 5 mg/L"),
        ("Hb", "9.4 g/dL"),
        ("glucose", "18.2 mmol/L"),
        ("blood pressure", "92/58 mmHg"),
        ("CSF cells", "3400 /uL with 92 % neutrophils"),
        ("pH", "7.12"),
        ("hs-troponin T", "elevated and rising"),
    ],
)
def test_a_right_result_passes(name, text):
    assert problem(name, text) is None


@pytest.mark.parametrize(
    ("name", "text", "kind", "message"),
    [
        ("Hb", "140 g/dL", "range", "not possible in a living patient"),
        ("potassium", "45 mmol/L", "range", "not possible"),
        ("temperature", "386 °C", "range", "not possible"),
        ("CRP", "12 g/L", "unit", "the unit 'g/L' is not one of: mg/L"),
        ("CRP", "12", "unit", "the unit '' is not one of"),
        ("Hbb", "9.4 g/dL", "unit", "did you mean 'Hb'"),
    ],
)
def test_a_wrong_result_is_named(name, text, kind, message):
    found = problem(name, text)
    assert found[0] == kind
    assert message in found[1]
