import pytest

from workup.compare import continue_or_fresh, of_recipes, of_runs, side
from workup.compare.budget import budget
from workup.errors import RecipeError


def test_both_recipes_get_the_same_seeds(saved):
    plan = of_recipes(saved("a", seed=7), saved("b", training__epochs=2.0), seeds=3)
    assert [[r.seed for r in recipes] for recipes in plan.recipes] == [[7, 8, 9], [7, 8, 9]]
    assert [d.path for d in plan.changed] == ["training.epochs"]
    assert "due to that alone" in plan.notes[0]


def test_generation_alone_is_said_to_need_one_training(saved):
    plan = of_recipes(saved("a"), saved("b", generation__num_beams=1))
    assert "one trained model a seed" in plan.notes[0]


def test_one_seed_is_said_to_say_little(saved):
    plan = of_recipes(saved("a"), saved("b", training__epochs=2.0), seeds=1)
    assert "nothing about another training" in plan.notes[-1]


def test_a_recipe_and_a_run_are_not_compared(saved, learned_run):
    with pytest.raises(RecipeError, match=r"compare two of a kind.*recipe\.yaml"):
        of_runs(saved("a"), side(learned_run.folder))


def test_a_run_is_not_compared_with_itself(learned_run):
    with pytest.raises(RecipeError, match="the same run"):
        of_runs(side(learned_run.folder), side(learned_run.folder))


def test_going_on_and_starting_afresh_take_equally_many_steps(learned_run, tmp_path):
    plan = continue_or_fresh(side(learned_run.folder), tmp_path, seeds=2, epochs=10)
    continued, fresh = plan.recipes
    start = learned_run.recipe
    assert budget(start) + budget(continued[0]) == budget(fresh[0])
    assert "equal steps and equal tokens" in plan.notes[0]
    assert [recipe.seed for recipe in fresh] == [0, 1]


def test_every_seed_has_a_first_stage_of_its_own_and_the_run_is_that_of_its_seed(learned_run, tmp_path):
    plan = continue_or_fresh(side(learned_run.folder), tmp_path, seeds=3)
    starts = [recipe.training.continue_from for recipe in plan.recipes[0]]
    assert starts[0] == str(learned_run.folder.resolve())
    assert len(set(starts)) == 3
    assert [recipe.seed for recipe in plan.first] == [1, 2]


def test_as_many_epochs_again_unless_told(learned_run, tmp_path):
    plan = continue_or_fresh(side(learned_run.folder), tmp_path, seeds=1)
    assert plan.recipes[0][0].training.epochs == learned_run.recipe.training.epochs
    assert plan.recipes[1][0].training.epochs == 2 * learned_run.recipe.training.epochs


def test_early_stopping_would_make_the_lengths_unequal(saved, tmp_path):
    with pytest.raises(RecipeError, match="early_stopping"):
        continue_or_fresh(saved("a", training__early_stopping=2), tmp_path)
