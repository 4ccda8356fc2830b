import json

import pytest

SCRIPT = """
import argparse, os, random

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int)
parser.add_argument("--lr", type=float, default=3e-4)
parser.add_argument("--prefix", default="diagnose: ")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--shuffle", action="store_true")
parser.add_argument("--unsettled", action="store_true")
given = parser.parse_args()
noise = random.Random(None if given.unsettled else given.seed).gauss(0, 0.02)
score = 0.8 + noise - 0.6 * (given.lr < 1e-5)
print("epoch 1, exact match: 0.1")
print("exact match:", score)
"""
WORKING = "train.py --seed {seed} --lr 3e-4"


@pytest.fixture(autouse=True)
def script(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)


def isolate(workup, good, bad, *options):
    return workup(
        "isolate", good, bad, "--metric", "exact match", "--out", "report", "--workers", 2, *options
    )


def test_the_culprit_among_harmless_differences_is_named(workup, tmp_path):
    failing = "train.py --seed {seed} --lr 1e-7 --prefix '' --epochs 4 --shuffle"
    done = isolate(workup, WORKING, failing)
    assert done.status == 0
    assert "arguments.--lr 3e-4 → 1e-7 makes the difference. exact match is 0.8" in done.out
    assert "The failing side without it: train.py --seed '{seed}' --lr 3e-4" in done.out
    report = json.loads((tmp_path / "report" / "isolation.json").read_text())
    assert (report["verdict"], [one["name"] for one in report["culprits"]]) == ("culprit", ["arguments.--lr"])
    assert "makes the difference" in (tmp_path / "report" / "isolation.html").read_text()
    assert (tmp_path / "report" / "trials.svg").read_text().startswith("<svg")


def test_the_same_command_again_runs_nothing_and_says_the_same(workup, tmp_path):
    failing = "train.py --seed {seed} --lr 1e-7 --epochs 4"
    first = json.loads(isolate(workup, WORKING, failing, "--json").out)
    journal = (tmp_path / "report" / "journal.jsonl").read_text()
    again = json.loads(isolate(workup, WORKING, failing, "--json").out)
    assert again["sentence"] == first["sentence"]
    assert {one["state"] for one in again["trials"]} == {"known"}
    assert (tmp_path / "report" / "journal.jsonl").read_text() == journal


def test_harmless_differences_behave_alike(workup):
    result = json.loads(isolate(workup, WORKING, f"{WORKING} --epochs 4 --shuffle", "--json").out)
    assert (result["verdict"], result["culprits"]) == ("alike", [])
    assert result["sentence"].startswith("These behave alike: exact match is 0.8")


def test_axes_leave_the_other_differences_as_they_are(workup):
    failing = "train.py --seed {seed} --lr 1e-7 --epochs 4"
    result = json.loads(isolate(workup, WORKING, failing, "--axes", "arguments.--epochs", "--json").out)
    assert result["verdict"] == "alike"
    assert [one["name"] for one in result["differences"]] == ["arguments.--epochs"]


def test_differences_that_cannot_matter_are_listed_and_nothing_is_trained(workup, colour_recipe, tmp_path):
    colour_recipe.save(tmp_path / "a.yaml")
    colour_recipe.change("notice", "A toy.").change("tokens.source_length", 60).save(tmp_path / "b.yaml")
    done = workup("isolate", "a.yaml", "b.yaml")
    assert done.status == 0
    assert "not tried: notice: it is only shown to readers" in done.out
    assert "not tried: tokens.source_length: every id of every row is the same" in done.out
    assert "These behave alike: of their 2 differences, none can matter. Nothing was trained." in done.out
    assert (tmp_path / "runs" / "isolate-a-b" / "isolation.json").is_file()


def test_two_recipes_are_told_apart_and_the_mended_one_is_written(workup, colour_recipe, tmp_path):
    from workup.recipe import Recipe

    good = colour_recipe.change("training.epochs", 6)
    good.save(tmp_path / "good.yaml")
    bad = good.change("training.learning_rate", 1e-7).change("training.weight_decay", 0.01)
    bad.save(tmp_path / "bad.yaml")
    done = workup("isolate", "good.yaml", "bad.yaml", "--metric", "loss", "--workers", 1)
    assert done.status == 0
    assert "training.learning_rate 0.003 → 1e-07 makes the difference. loss is " in done.out
    mended = Recipe.load(tmp_path / "runs" / "isolate-good-bad" / "mended.yaml")
    assert mended == bad.change("training.learning_rate", 3e-3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["good.yaml", "good.yaml"], "the two sides are the same: nothing differs"),
        (["train.py", "train.py --lr 1"], "say what a script prints before the number"),
        (
            ["train.py", "trian.py", "--metric", "exact match"],
            "there is no script 'trian.py'; did you mean 'train.py'",
        ),
        (["good.yaml", "nowhere.yaml"], "there is no recipe nowhere.yaml"),
        (["good.yaml@transformer==4.57.6", "good.yaml"], "did you mean 'transformers'"),
        (["good.yaml@transformers", "good.yaml"], "names no exact version of a package"),
        (["good.yaml", "bad.yaml", "--axes", "trainin"], "nothing differs under 'trainin'; did you mean"),
        (["good.yaml", "bad.yaml", "--metric", "top2"], "a recipe is not measured by 'top2'; did you mean"),
        (["good.yaml", "broken.yaml"], "the failing side cannot be trained: there is no file"),
        (["train.py", "good.yaml"], "cannot be compared: one is a script, the other a recipe"),
        (["train.py", "train.py --lr 1", "--short", "0.5"], "--short is of recipes"),
        (["train.py --lrr 1", "train.py", "--metric", "exact match"], "the working side does not work"),
        (["train.py", "train.py --lr 1", "--metric", "accuracy"], "printed no number after 'accuracy'"),
    ],
)
def test_bad_input_is_one_clear_error(workup, colour_recipe, tmp_path, arguments, said):
    colour_recipe.save(tmp_path / "good.yaml")
    colour_recipe.change("training.epochs", 1).save(tmp_path / "bad.yaml")
    colour_recipe.change("data.source", "nowhere.csv").save(tmp_path / "broken.yaml")
    done = workup("isolate", *arguments)
    assert done.status == 2
    assert said in done.err
    assert done.err.count("workup: ") == 1
    assert "Traceback" not in done.err
