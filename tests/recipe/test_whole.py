import pytest
from hypothesis import given
from hypothesis import strategies as st

from workup.errors import RecipeError
from workup.recipe import Data, Recipe, leaves, meaning


@pytest.fixture
def recipe() -> Recipe:
    return Recipe(base="builtin", data=Data(source="rows.csv"))


def test_a_change_gives_a_new_recipe_and_leaves_the_old_one_alone(recipe):
    changed = recipe.change("training.learning_rate", 1e-3)
    assert changed.training.learning_rate == 1e-3
    assert recipe.training.learning_rate == 3e-4


def test_a_diff_lists_exactly_the_changed_paths_with_both_values(recipe):
    changed = recipe.change("training.learning_rate", 1e-3).change("prompt.prefix", "answer: ")
    assert [(d.path, d.left, d.right) for d in recipe.diff(changed)] == [
        ("prompt.prefix", "", "answer: "),
        ("training.learning_rate", 3e-4, 1e-3),
    ]
    assert recipe.diff(recipe) == []


def test_a_section_that_is_off_is_switched_on_by_setting_one_of_its_fields(recipe):
    assert recipe.change("training.lora.rank", 4).training.lora.rank == 4


def test_a_diff_shows_a_section_that_only_one_side_has(recipe):
    paths = {d.path for d in recipe.diff(recipe.change("training.lora.rank", 4))}
    assert "training.lora.rank" in paths


@pytest.mark.parametrize(
    ("path", "suggested"),
    [
        ("training.learning_rte", "training.learning_rate"),
        ("trainng.epochs", "training.epochs"),
        ("tokens.paddin", "tokens.padding"),
    ],
)
def test_a_wrong_path_is_an_error_with_the_nearest_one(recipe, path, suggested):
    with pytest.raises(RecipeError, match=f"did you mean '{suggested}'"):
        recipe.change(path, 1)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.epochs", "many"),
        ("training.batch_size", 0),
        ("training.batch_size", 2.5),
        ("seed", True),
        ("training.warmup", "x"),
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_refused_by_name(recipe, path, value):
    with pytest.raises(RecipeError, match=f"cannot set {path}"):
        recipe.change(path, value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data.split": "none", "training.early_stopping": 2}, "needs validation rows"),
        ({"training.checkpoint_every": "never", "training.early_stopping": 2}, "same interval"),
        ({"tokens.mask_label_pads": False}, "only with tokens.padding"),
        ({"generation.min_new_tokens": 99}, "larger than"),
        ({"data.split": "column"}, "split_column must be given"),
        ({"data.split_column": "use"}, "split_column must be given exactly when"),
    ],
)
def test_impossible_combinations_are_refused(recipe, changes, message):
    with pytest.raises(RecipeError, match=message):
        for path, value in changes.items():
            recipe = recipe.change(path, value)


def test_every_field_explains_itself(recipe):
    for path, _ in leaves(recipe):
        assert meaning(path), path


@given(rate=st.floats(1e-7, 1.0), epochs=st.integers(1, 1000), prefix=st.text(max_size=20))
def test_saving_and_loading_changes_nothing(tmp_path_factory, rate, epochs, prefix):
    recipe = Recipe(base="builtin", data=Data(source="rows.csv", columns={"text": "a column"}))
    recipe = recipe.change("training.learning_rate", rate).change("training.epochs", epochs)
    recipe = recipe.change("prompt.prefix", prefix)
    path = tmp_path_factory.mktemp("recipe") / "r.yaml"
    recipe.save(path)
    assert Recipe.load(path) == recipe
