import pytest

from clinic_task import make_clinic_recipe
from workup.data.rows import Row
from workup.errors import RecipeError
from workup.learning.retraining.rows import Case, case_rows
from workup.pipeline.prompt import to_examples

TAUGHT = [Row({"id": "gout-1", "findings": "A red toe.", "diagnosis": "Gout", "aliases": ["Podagra"]}, "1")]
CASE = Case("released-1", "Woken at night by the big toe.", "Gout")


@pytest.fixture
def recipe(tmp_path):
    return make_clinic_recipe(tmp_path / "cases.jsonl")


def test_a_case_is_read_and_answered_as_the_recipe_says(recipe):
    [example] = to_examples(case_rows([CASE], recipe, TAUGHT), recipe)
    assert example.source == (
        "medical diagnosis: Woken at night by the big toe. What is the most likely diagnosis?"
    )
    assert (example.id, example.target) == ("released-1", "Gout")


def test_the_accepted_names_of_its_diagnosis_come_with_it(recipe):
    [example] = to_examples(case_rows([CASE], recipe, TAUGHT), recipe)
    assert example.answers == ("Gout", "Podagra")


@pytest.mark.parametrize(
    ("path", "template"),
    [("prompt.template", "{findings} {age}"), ("target.template", "{diagnosis} | {urgency}")],
)
def test_a_recipe_of_more_than_a_text_and_a_diagnosis_is_refused(recipe, path, template):
    with pytest.raises(RecipeError, match="a released case is a text and a diagnosis"):
        case_rows([CASE], recipe.change(path, template), TAUGHT)
