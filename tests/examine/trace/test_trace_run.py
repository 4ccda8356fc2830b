import shutil

import pytest

from workup.errors import DataError, RecipeError, RunError
from workup.examine.trace import trace_recipe, trace_run
from workup.recipe import Recipe

TEXT = "a lemon from the market"


def facts(trace, stage):
    return dict(trace.step(stage).facts)


def test_a_text_that_is_a_row_of_a_runs_data_has_its_target(learned_run):
    trace = trace_run(learned_run.folder, f" {TEXT} ")
    assert facts(trace, "input")["target"] == "yellow"
    assert trace.right is True


def test_a_target_that_is_given_goes_before_that_of_the_data(learned_run):
    assert facts(trace_run(learned_run.folder, TEXT, "green"), "output")["target"] == "green"


def test_another_text_has_no_target_but_an_answer(learned_run):
    trace = trace_run(learned_run.folder, "a lemon from nowhere")
    assert "target" not in facts(trace, "input")
    assert facts(trace, "output")["said"]


def test_the_model_folder_out_of_a_run_whose_data_is_gone_can_be_followed(learned_run, tmp_path):
    shutil.copytree(learned_run.model_folder, tmp_path / "model")
    recipe = Recipe.load(tmp_path / "model" / "recipe.yaml")
    recipe.change("data.source", str(tmp_path / "gone.csv")).save(tmp_path / "model" / "recipe.yaml")
    assert facts(trace_run(tmp_path / "model", TEXT), "output")["said"] == "yellow"


def test_a_recipe_is_followed_with_its_base_which_owes_no_answer(colour_recipe):
    trace = trace_recipe(colour_recipe, TEXT)
    assert trace.first_departure is None
    assert facts(trace, "input")["source"] == f"name the colour: {TEXT}"
    assert facts(trace, "input")["target"] == "yellow"
    assert trace.right is None


def test_a_recipe_that_keeps_pads_in_its_labels_departs_at_batching(colour_recipe):
    recipe = colour_recipe.change("tokens.padding", "max_length").change("tokens.mask_label_pads", False)
    assert trace_recipe(recipe, TEXT).first_departure.stage == "batching"


def test_a_recipe_with_an_adapter_is_followed_too(colour_recipe):
    trace = trace_recipe(colour_recipe.change("training.lora", {"rank": 2}), TEXT)
    assert trace.first_departure is None


def test_a_prompt_of_several_columns_takes_an_object_and_finds_its_row(colour_recipe):
    recipe = colour_recipe.change("prompt.template", "{text} ({id})")
    trace = trace_recipe(recipe, f'{{"text": "{TEXT}", "id": "lemon-0"}}')
    assert facts(trace, "input")["source"] == f"name the colour: {TEXT} (lemon-0)"
    assert facts(trace, "input")["target"] == "yellow"
    with pytest.raises(RecipeError, match="reads 2 fields"):
        trace_recipe(recipe, TEXT)


def test_a_text_in_braces_that_is_no_object_is_a_text(learned_run):
    assert facts(trace_run(learned_run.folder, "{a lemon"), "input")["text"] == "{a lemon"


@pytest.mark.parametrize("text", ["", " \n", "NaN"])
def test_an_empty_text_is_refused(learned_run, text):
    with pytest.raises(DataError, match="empty"):
        trace_run(learned_run.folder, text)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunError, match="is not a run"):
        trace_run(tmp_path, TEXT)
