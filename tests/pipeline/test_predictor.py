import shutil

import pytest
import torch

from workup.data.rows import Example
from workup.errors import DataError, RecipeError, RunError
from workup.pipeline.model import load
from workup.pipeline.predictor import Predictor
from workup.pipeline.tokenization import encode


@pytest.fixture
def predictor(colour_recipe) -> Predictor:
    base = load(colour_recipe.base)
    return Predictor(base.model, base.tokenizer, colour_recipe)


def test_the_training_prefix_is_the_prediction_prefix(predictor):
    assert predictor.predict("a lemon").source == "name the colour: a lemon"
    assert predictor.predict({"text": "a lemon"}).source == "name the colour: a lemon"


def test_line_breaks_and_spaces_within_a_text_are_read_as_training_read_them(predictor):
    text = "  a lemon,\n  ripe "
    assert predictor.source(text) == predictor.source({"text": text}) == "name the colour: a lemon,\n  ripe"


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_an_empty_text_is_refused(predictor, nothing):
    with pytest.raises(DataError, match="empty"):
        predictor.predict(nothing)


def test_a_row_without_the_prompts_column_is_refused_with_the_nearest_name(predictor):
    with pytest.raises(DataError, match=r"nothing in 'text'.*did you mean 'txt'"):
        predictor.predict({"txt": "a lemon"})


def test_a_text_cannot_fill_a_prompt_of_two_fields(predictor):
    two = Predictor(
        predictor.model, predictor.tokenizer, predictor.recipe.change("prompt.template", "{a} {b}")
    )
    with pytest.raises(RecipeError, match="reads 2 fields"):
        two.predict("a lemon")
    assert two.predict({"a": 1, "b": "x"}).source == "name the colour: 1 x"


def test_candidates_are_read_through_the_target_template(predictor):
    prediction = predictor.predict("a lemon", candidates=3)
    assert len(prediction.candidates) == 3
    assert prediction.answer == prediction.candidates[0].fields["colour"]


def test_a_model_folder_without_its_recipe_is_refused(tiny_t5, tmp_path):
    with pytest.raises(RunError, match="its prompt is unknown"):
        Predictor.load(tiny_t5)


def test_a_model_folder_carries_its_prompt_wherever_it_is_copied(colour_recipe, tiny_t5, tmp_path):
    folder = shutil.copytree(tiny_t5, tmp_path / "elsewhere")
    colour_recipe.save(folder / "recipe.yaml")
    assert Predictor.load(folder).predict("snow").source == "name the colour: snow"


def test_the_loss_counts_every_live_token_once(predictor):
    examples = [
        Example(str(n), f"s {n}", target, "", (target,), "g")
        for n, target in enumerate(["red", "yellow " * 5, "x"])
    ]
    total, count = 0.0, 0
    for example in examples:
        row = encode(predictor.tokenizer, [example], predictor.recipe.tokens).rows[0]
        tensors = {name: torch.tensor([ids]) for name, ids in row.items()}
        with torch.no_grad():
            total += predictor.model(**tensors).loss.item() * len(row["labels"])
        count += len(row["labels"])
    assert predictor.loss(examples) == pytest.approx(total / count, rel=1e-4)
