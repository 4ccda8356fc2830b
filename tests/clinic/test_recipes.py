"""The recipes that ship with Workup."""

from pathlib import Path

import pytest

from workup.clinic.demo import RECIPE
from workup.recipe import Recipe
from workup.run import examples

RECIPES = sorted(Path(RECIPE).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_shipped_recipe_loads_and_finds_its_data(path):
    recipe = Recipe.load(path)
    assert examples(recipe).validation


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_shipped_recipe_says_how_to_run_it(path):
    assert f"workup train recipes/{path.name}" in path.read_text(encoding="utf-8")


def test_the_guides_recipe_and_ours_differ_in_what_the_guide_got_wrong():
    guide, ours = (Recipe.load(path) for path in (RECIPE.with_name("guide-final.yaml"), RECIPE))
    paths = {difference.path for difference in guide.diff(ours)}
    assert {"tokens.mask_label_pads", "tokens.padding", "training.evaluate_every", "data.limit"} <= paths


def test_no_recipe_of_ours_makes_a_clinical_claim():
    for name in ("clinic.yaml", "clinic-differential.yaml"):
        notice = Recipe.load(RECIPE.with_name(name)).notice
        assert "not a medical device" in notice
