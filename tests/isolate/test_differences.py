import pytest

from workup.errors import RecipeError
from workup.isolate.differences import Pair, Side, choose, shortened
from workup.isolate.setting import Setting
from workup.recipe import Recipe


def changed(recipe: Recipe, **sections) -> Recipe:
    """Several values of one section at once, where one alone would be impossible."""
    tree = recipe.model_dump()
    for section, values in sections.items():
        tree[section].update(values)
    return Recipe.model_validate(tree)


def names(pair: Pair) -> list[str]:
    return [one.name for one in pair.differences]


def test_every_field_that_differs_is_a_difference(colour_recipe):
    bad = colour_recipe.change("training.learning_rate", 1e-6).change("prompt.prefix", "")
    pair = Pair(Side(colour_recipe), Side(bad))
    assert [str(one) for one in pair.differences] == [
        "prompt.prefix 'name the colour: ' → ''",
        "training.learning_rate 0.003 → 1e-06",
    ]


def test_nothing_changed_is_the_good_side_and_all_changed_the_bad_one(colour_recipe):
    bad = colour_recipe.change("training.learning_rate", 1e-6).change("training.epochs", 1)
    pair = Pair(Side(colour_recipe), Side(bad))
    assert pair.mixed([]).recipe == colour_recipe
    assert pair.mixed(names(pair)).recipe == bad
    assert pair.mixed(["training.epochs"]).recipe == colour_recipe.change("training.epochs", 1)


def test_a_section_that_one_side_lacks_is_one_difference(colour_recipe):
    bad = changed(colour_recipe, training={"lora": {"rank": 4}})
    pair = Pair(Side(colour_recipe), Side(bad))
    assert names(pair) == ["training.lora"]
    assert pair.mixed(["training.lora"]).recipe == bad
    assert str(pair.differences[0]) == "training.lora none → rank 4, alpha 16, dropout 0.0"


def test_changes_that_are_possible_only_together_are_one_difference(colour_recipe):
    bad = changed(colour_recipe, data={"split": "column", "split_column": "side"})
    bad = changed(bad, training={"learning_rate": 1.0})
    pair = Pair(Side(colour_recipe), Side(bad))
    assert names(pair) == ["data.split+data.split_column", "training.learning_rate"]


def test_a_mixture_that_the_recipe_forbids_says_why(colour_recipe):
    bad = changed(colour_recipe, generation={"min_new_tokens": 80, "max_new_tokens": 90})
    pair = Pair(Side(colour_recipe), Side(bad))
    assert names(pair) == ["generation.max_new_tokens+generation.min_new_tokens"]


def test_a_version_of_a_package_is_a_difference_and_moves_alone(colour_recipe):
    good = Side(colour_recipe, ("transformers==4.57.6",))
    pair = Pair(good, Side(colour_recipe.change("training.epochs", 1)))
    assert names(pair) == ["training.epochs", "environment.transformers"]
    assert pair.mixed(["training.epochs"]).environment == ("transformers==4.57.6",)
    assert pair.mixed(["environment.transformers"]).environment == ()
    assert pair.mixed(["environment.transformers"]).recipe == colour_recipe


def test_a_trial_has_the_seed_of_its_setting_and_not_that_of_the_recipe(colour_recipe):
    pair = Pair(Side(colour_recipe), Side(colour_recipe.change("training.epochs", 1)), "test.csv")
    trial = pair.trial(Setting(frozenset({"training.epochs"}), seed=7, repeat=1))
    assert (trial.recipe.seed, trial.recipe.training.epochs) == (7, 1)
    assert (trial.test, trial.repeat) == ("test.csv", 1)


def test_a_shortened_training_keeps_the_shape_of_its_schedule(colour_recipe):
    recipe = colour_recipe.change("training.epochs", 40).change("training.warmup", 50)
    short = shortened(recipe, 0.1).training
    assert (short.epochs, short.warmup) == (pytest.approx(4), 5)
    assert shortened(recipe.change("training.warmup", 0.1), 0.1).training.warmup == 0.1


def test_axes_choose_by_path_and_by_section(colour_recipe):
    bad = colour_recipe.change("training.epochs", 1).change("prompt.prefix", "")
    pair = Pair(Side(colour_recipe), Side(bad, ("transformers==4.57.6",)))
    chosen = choose(pair.differences, ["training", "environment"])
    assert [one.name for one in chosen] == ["training.epochs", "environment.transformers"]
    with pytest.raises(RecipeError, match="nothing differs under 'promt'; did you mean 'prompt'"):
        choose(pair.differences, ["promt"])
