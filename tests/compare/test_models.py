from workup.compare.models import kept, place
from workup.run import Run


def test_recipes_that_differ_in_generation_alone_share_a_model(colour_recipe, tmp_path):
    other = colour_recipe.change("generation.num_beams", 1)
    assert place(colour_recipe, tmp_path) == place(other, tmp_path)
    assert place(colour_recipe.change("seed", 1), tmp_path) != place(colour_recipe, tmp_path)


def test_other_rows_in_the_same_file_are_another_model(colour_recipe, colours, tmp_path):
    before = place(colour_recipe, tmp_path)
    colours.write_text(colours.read_text().replace("yellow", "gold"))
    assert place(colour_recipe, tmp_path) != before


def test_a_kept_model_is_not_trained_again(colour_recipe, tmp_path):
    recipe = colour_recipe.change("training.epochs", 1)
    trained = kept(recipe, tmp_path)
    events = []
    assert kept(recipe.change("generation.num_beams", 1), tmp_path, events.append) == trained
    assert events == []
    assert Run.load(trained).recipe.training.epochs == 1
