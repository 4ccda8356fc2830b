import json

import pytest

from workup.examine.report.as_json import schema

PADDED = {"tokens.padding": "max_length", "tokens.mask_label_pads": False}


@pytest.fixture
def padded(colour_recipe, tmp_path):
    """The colour task with pads that count in the loss, trained hardly at all, as recipe.yaml."""
    recipe = colour_recipe.change("training.epochs", 4.0)
    for path, value in PADDED.items():
        recipe = recipe.change(path, value)
    recipe.save(tmp_path / "recipe.yaml")


def test_remedies_are_tried_and_told_with_their_numbers(workup, padded, tmp_path):
    before = sorted(tmp_path.iterdir())
    done = workup("examine", "recipe.yaml", "--confirm", "--budget", "300")
    assert done.status == 1, done
    assert "cause 1  " in done.out
    assert "pads of the labels left out of the loss, after " in done.out, done.out
    assert "of 24 answers are right" in done.out
    assert sorted(tmp_path.iterdir()) == before


def test_experiments_are_part_of_the_json_and_its_schema(workup, padded):
    from jsonschema import Draft202012Validator

    done = workup("examine", "recipe.yaml", "--confirm", "--json")
    tree = json.loads(done.out)
    assert [fault.json_path for fault in Draft202012Validator(schema()).iter_errors(tree)] == []
    assert "BAT003" in [one["cause"] for one in tree["causes"]]
    assert {one["cause"] for one in tree["experiments"]} == {one["cause"] for one in tree["causes"]}


def test_a_budget_that_is_no_time_is_refused(workup, padded):
    done = workup("examine", "recipe.yaml", "--confirm", "--budget", "0")
    assert done.status == 2
    assert "budget" in done.err


def test_a_script_is_confirmed_after_its_end_and_prints_what_it_prints(workup, tmp_path):
    (tmp_path / "train.py").write_text("print('trained')\n")
    done = workup("run", "--confirm", "train.py")
    assert (done.status, done.out) == (0, "trained\n")
