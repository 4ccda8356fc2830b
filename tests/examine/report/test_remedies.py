import shlex

import pytest

from workup.examine.finding import Remedy
from workup.examine.report.remedies import recipe_options
from workup.recipe.yaml_form import parse_value


@pytest.mark.parametrize("value", [True, None, 3, 1e-4, "float32", "a b", [1, 2], {"a": True}])
def test_a_change_as_options_reads_back_as_the_same_value(value):
    option, change = shlex.split(recipe_options(Remedy("do it", change={"a.b": value})))
    assert option == "--set"
    path, _, written = change.partition("=")
    assert (path, parse_value(written)) == ("a.b", value)


def test_several_values_are_several_options():
    assert recipe_options(Remedy("both", change={"a": 1, "b": "x"})) == "--set a=1 --set b=x"
    assert recipe_options(Remedy("neither")) == ""
