import json

from workup.recipe import Recipe


def saved(recipe, path):
    recipe.save(path)
    return path


def test_show_prints_a_recipe_that_loads_again(workup, colour_recipe, tmp_path):
    done = workup("recipe", "show", saved(colour_recipe, tmp_path / "a.yaml"), "--set", "training.epochs=7.0")
    (tmp_path / "b.yaml").write_text(done.out)
    assert Recipe.load(tmp_path / "b.yaml") == colour_recipe.change("training.epochs", 7.0)


def test_show_as_json(workup, colour_recipe, tmp_path):
    done = workup("recipe", "show", saved(colour_recipe, tmp_path / "a.yaml"), "--json")
    assert Recipe.model_validate_json(done.out) == colour_recipe


def test_check_counts_and_writes_nothing(workup, colour_recipe, tmp_path):
    saved(colour_recipe, tmp_path / "a.yaml")
    before = {p.name for p in tmp_path.iterdir()}
    done = workup("recipe", "check", "a.yaml", "--json", "--set", "tokens.source_length=8")
    facts = json.loads(done.out)
    assert (facts["training rows"], facts["validation rows"], facts["sources cut"]) == (18, 6, 24)
    assert {p.name for p in tmp_path.iterdir()} == before


def test_check_tells_of_answers_that_are_never_scored_as_right(workup, colour_recipe, tmp_path):
    path = saved(colour_recipe, tmp_path / "a.yaml")
    assert json.loads(workup("recipe", "check", path, "--json").out)["answers unwritable"] == 0
    done = workup("recipe", "check", path, "--set", "target.template={colour}{id}")
    assert "24 of 24 answers are never scored as right" in done.out
    assert "target.template does not part them from what follows" in done.out


def test_diff_explains_what_differs_and_only_that(workup, colour_recipe, tmp_path):
    left = saved(colour_recipe, tmp_path / "a.yaml")
    right = saved(colour_recipe.change("training.label_smoothing", 0.1), tmp_path / "b.yaml")
    done = workup("recipe", "diff", left, right)
    assert "1 difference" in done.out
    assert "label_smoothing: 0.0 → 0.1" in done.out
    assert "spread over all tokens" in done.out
    (only,) = json.loads(workup("recipe", "diff", left, right, "--json").out)
    assert (only["path"], only["left"], only["right"]) == ("training.label_smoothing", 0.0, 0.1)


def test_equal_recipes_are_called_the_same(workup, colour_recipe, tmp_path):
    path = saved(colour_recipe, tmp_path / "a.yaml")
    assert "describe the same fine-tune" in workup("recipe", "diff", path, path).out
