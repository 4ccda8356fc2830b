import pytest

from workup.errors import RecipeError
from workup.recipe import Recipe
from workup.recipe.yaml_form import parse_value

MINIMAL = "base: builtin\ndata:\n  source: rows.csv\n"


def load(tmp_path, text):
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return Recipe.load(path)


def error_of(tmp_path, text) -> str:
    with pytest.raises(RecipeError) as caught:
        load(tmp_path, text)
    return str(caught.value)


def test_a_minimal_recipe_is_completed_by_defaults(tmp_path):
    recipe = load(tmp_path, MINIMAL)
    assert recipe.training.batch_size == 8


def test_scientific_notation_without_a_point_is_a_number(tmp_path):
    assert load(tmp_path, MINIMAL + "training:\n  learning_rate: 3e-4\n").training.learning_rate == 3e-4


def test_every_fault_is_reported_at_once_with_file_line_key_and_nearest_name(tmp_path):
    text = MINIMAL + "  splitt: none\ntraining:\n  epochs: many\n  learning_rte: 1\nseeed: 3\n"
    lines = error_of(tmp_path, text).splitlines()
    place = str(tmp_path / "recipe.yaml")
    assert lines[0] == f"{place}:4: unknown key 'data.splitt'; did you mean 'split'?"
    assert lines[1].startswith(f"{place}:6: training.epochs: ")
    assert "'many'" in lines[1]
    assert lines[2] == f"{place}:7: unknown key 'training.learning_rte'; did you mean 'learning_rate'?"
    assert lines[3] == f"{place}:8: unknown key 'seeed'; did you mean 'seed'?"


def test_a_missing_key_is_named_and_explained(tmp_path):
    assert "'base' is missing: 'builtin', a folder" in error_of(tmp_path, "data:\n  source: rows.csv\n")


def test_an_impossible_combination_is_placed_in_its_file(tmp_path):
    text = MINIMAL + "  split: none\ntraining:\n  early_stopping: 3\n"
    assert "recipe.yaml:1: training.early_stopping needs validation rows" in error_of(tmp_path, text)


def test_broken_yaml_is_reported_with_its_line(tmp_path):
    assert "line 2" in error_of(tmp_path, "base: builtin\n  data: [\n")


def test_a_key_that_stands_twice_is_refused(tmp_path):
    assert "data.seed stands twice" in error_of(tmp_path, MINIMAL + "  seed: 1\n  seed: 2\n")


@pytest.mark.parametrize("text", ["", "just words\n", "- a\n- b\n"])
def test_a_file_without_a_mapping_is_no_recipe(tmp_path, text):
    assert "holds no recipe" in error_of(tmp_path, text)


def test_a_missing_file_is_an_error_with_the_nearest_name(tmp_path):
    (tmp_path / "clinic.yaml").write_text(MINIMAL)
    with pytest.raises(RecipeError, match=r"did you mean '.*/clinic\.yaml'"):
        Recipe.load(tmp_path / "clinc.yaml")


def test_bytes_that_are_not_utf8_are_an_error(tmp_path):
    (tmp_path / "r.yaml").write_bytes(b"base: \xff\xfe")
    with pytest.raises(RecipeError, match="UTF-8"):
        Recipe.load(tmp_path / "r.yaml")


def test_the_written_form_carries_an_explanation_on_every_line(tmp_path):
    load(tmp_path, MINIMAL).save(tmp_path / "out.yaml")
    text = (tmp_path / "out.yaml").read_text(encoding="utf-8")
    values = [line for line in text.splitlines()[1:] if line.strip() and not line.endswith(":")]
    assert all("# " in line for line in values)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 1e-3), ("4", 4), ("true", True), ("null", None), ("a: b: c", "a: b: c"), ("adamw", "adamw")],
)
def test_command_line_values_are_read_as_yaml(text, value):
    assert parse_value(text) == value
