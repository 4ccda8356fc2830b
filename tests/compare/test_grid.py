import pytest

from workup.compare.grid import grid
from workup.errors import RecipeError


def test_the_own_settings_come_first_and_then_every_combination(colour_recipe):
    settings = grid(colour_recipe, ["generation.num_beams=1,4", "generation.repetition_penalty=1.0,1.5"])
    assert [dict(setting) for setting, _ in settings] == [
        {"generation.num_beams": 4, "generation.repetition_penalty": 1.0},
        {"generation.num_beams": 1, "generation.repetition_penalty": 1.0},
        {"generation.num_beams": 1, "generation.repetition_penalty": 1.5},
        {"generation.num_beams": 4, "generation.repetition_penalty": 1.5},
    ]
    assert settings[1][1] == colour_recipe.change("generation.num_beams", 1)


def test_values_are_read_as_in_a_recipe(colour_recipe):
    settings = grid(colour_recipe, ["training.learning_rate=1e-3,5e-4", "training.schedule=cosine"])
    assert settings[1][1].training.learning_rate == 1e-3
    assert settings[1][1].training.schedule == "cosine"


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (["generation.num_beam=1,2"], "did you mean 'generation.num_beams'"),
        (["generation.num_beams=few"], "cannot set generation.num_beams"),
        (["generation.num_beams"], "expected PATH=VALUE,VALUE"),
        (["generation.num_beams="], "expected PATH=VALUE,VALUE"),
        (["generation.num_beams=4"], "the recipe's own"),
        (["generation.num_beams=1", "generation.num_beams=2"], "stands twice"),
        (["seed=1,2"], "no setting to choose"),
        ([f"generation.max_new_tokens={','.join(map(str, range(1, 60)))}"], "59 settings are too many"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_one_sentence(colour_recipe, over, said):
    with pytest.raises(RecipeError, match=said):
        grid(colour_recipe, over)
