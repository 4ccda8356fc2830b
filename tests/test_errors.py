import pytest

from workup import errors
from workup.errors import WorkupError, nearest


def test_a_near_name_is_suggested_and_a_far_one_gets_the_whole_list():
    assert nearest("learning_rte", ["learning_rate", "epochs"]) == "did you mean 'learning_rate'?"
    assert nearest("zzz", ["learning_rate", "epochs"]) == "valid names are: learning_rate, epochs"
    assert nearest("zzz", []) == "there are none to choose from"


@pytest.mark.parametrize(
    "name",
    ["RecipeError", "DataError", "ModelError", "RunError", "SaveError", "RegistryError", "Interrupted"],
)
def test_every_error_is_a_workup_error_and_stands_in_the_drawn_tree(name):
    error = getattr(errors, name)
    assert issubclass(error, WorkupError)
    assert f"── {name}" in errors.__doc__
    assert error.exit_status != 0
