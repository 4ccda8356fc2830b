import json

import pytest


@pytest.fixture
def recipes(colour_recipe, tmp_path):
    """a.yaml, b.yaml that answers in one token, and same.yaml."""
    brief = colour_recipe.change("training.epochs", 1)
    brief.save(tmp_path / "a.yaml")
    brief.save(tmp_path / "same.yaml")
    brief.change("generation.max_new_tokens", 1).save(tmp_path / "b.yaml")
    brief.change("data.validation_fraction", 0.5).save(tmp_path / "other.yaml")
    return tmp_path


def test_compare_says_beforehand_what_it_can_see_and_then_what_it_saw(workup, recipes):
    done = workup("compare", "a.yaml", "b.yaml", "--seeds", 2)
    assert done.status == 0
    assert done.out.index("can hardly be seen") < done.out.index("Only the generation differs")
    assert done.out.index("Only the generation differs") < done.out.index("Too close to call")
    assert "The report is in comparisons/a-b" in done.out
    kept = json.loads((recipes / "comparisons/a-b/comparison.json").read_text())
    again = workup("compare", "a.yaml", "b.yaml", "--seeds", 2, "--json")
    assert json.loads(again.out) == kept


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.yaml", "same.yaml"), "describe the same fine-tune"),
        (("a.yaml", "other.yaml"), "--data FILE"),
        (("a.yaml",), "nothing to compare a.yaml with"),
        (("a.yaml", "c.yaml"), "there is no recipe c.yaml"),
        (("a.yaml", "b.yaml", "--epochs", 3), "--epochs belongs to --mode continue-vs-fresh"),
        (("a.yaml", "b.yaml", "--mode", "continue-vs-fresh"), "leave out b.yaml"),
    ],
)
def test_bad_input_is_one_clear_error_before_anything_is_trained(workup, recipes, arguments, said):
    done = workup("compare", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert not (recipes / "comparisons").exists()


def test_a_change_is_made_to_both_recipes(workup, recipes):
    done = workup("compare", "a.yaml", "b.yaml", "--seeds", 1, "--set", "generation.max_new_tokens=2")
    assert done.status == 2
    assert "describe the same fine-tune" in done.err


def test_a_finished_run_cannot_be_changed(workup, learned_run, recipes):
    done = workup("compare", learned_run.folder, "a.yaml", "--set", "training.epochs=1")
    assert done.status == 2
    assert "--set changes recipes" in done.err


def test_finished_runs_have_no_seeds(workup, learned_run, recipes):
    done = workup("compare", learned_run.folder, "a.yaml", "--seeds", 3)
    assert done.status == 2
    assert "one training each" in done.err
