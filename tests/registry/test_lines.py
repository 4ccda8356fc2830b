import pytest

from workup.registry import RegistryError
from workup.registry.lines import checked, lines, parse


def test_there_is_a_general_line_and_one_for_each_specialty():
    assert next(iter(lines().items())) == ("general", None)
    assert lines()["gynecology-and-obstetrics"] == "Gynecology and obstetrics"
    assert len(lines()) == 20


@pytest.mark.parametrize("name", ["cardiology", "Cardiology", "CARDIOLOGY"])
def test_a_line_is_found_by_the_name_of_its_specialty(name):
    assert checked(name) == "cardiology"


def test_an_unknown_line_gets_the_nearest_one():
    with pytest.raises(RegistryError, match="did you mean 'cardiology'"):
        checked("cardiologie")


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("general", ("general", None)),
        ("general@3", ("general", "3")),
        ("general@serving", ("general", "serving")),
        ("general@candidate", ("general", "candidate")),
    ],
)
def test_a_reference_has_two_parts(reference, parts):
    assert parse(reference) == parts


@pytest.mark.parametrize("reference", ["", "@3", "general@", "general@newest", "general@-1", "general@1@2"])
def test_what_is_no_reference_is_refused_with_the_form(reference):
    with pytest.raises(RegistryError, match="LINE@NUMBER"):
        parse(reference)
