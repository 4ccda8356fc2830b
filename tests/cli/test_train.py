import json

from workup.run import Run


def test_train_leaves_a_run_and_its_evaluation(workup, colour_recipe, tmp_path):
    colour_recipe.save(tmp_path / "colours.yaml")
    done = workup("train", "colours.yaml", "--set", "training.epochs=2", "--json")
    result = json.loads(done.out)
    assert (done.status, result["run"]) == (0, "runs/colours")
    assert result["evaluation"]["examples"] == 6
    run = Run.load(tmp_path / "runs" / "colours")
    assert run.recipe.training.epochs == 2
    assert json.loads((run.folder / "evaluation.json").read_text()) == result["evaluation"]


def test_piped_results_are_all_that_is_printed(workup, colour_recipe, tmp_path):
    colour_recipe.save(tmp_path / "colours.yaml")
    done = workup("train", "colours.yaml", "--set", "training.epochs=1")
    assert done.err == ""
    assert "this model" in done.out
    assert "TF-IDF + logistic regression" in done.out
    assert "The run is in runs/colours" in done.out


def test_without_held_out_rows_there_is_no_evaluation(workup, colour_recipe, tmp_path):
    colour_recipe.change("data.split", "none").save(tmp_path / "colours.yaml")
    result = json.loads(workup("train", "colours.yaml", "--set", "training.epochs=1", "--json").out)
    assert result["evaluation"] is None
