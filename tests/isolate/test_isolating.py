"""The whole search, on scripts: they are real trials, and cost no training."""

import pytest

from workup.errors import RecipeError, RunError
from workup.isolate.differences import Pair, Side
from workup.isolate.isolating import isolate
from workup.isolate.scripts import Command, ScriptPair
from workup.isolate.words import sentence

SCRIPT = """
import argparse, random

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int)
parser.add_argument("--beams", type=int, default=4)
parser.add_argument("--penalty", type=float, default=1.0)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--crash", action="store_true")
parser.add_argument("--unsettled", action="store_true")
given = parser.parse_args()
if given.crash:
    raise SystemExit("out of range")
noise = random.Random(None if given.unsettled else given.seed).gauss(0, 0.02)
print("score:", 0.8 + noise - 0.6 * (given.beams == 1 and given.penalty > 1))
"""
WORKING = "train.py --seed {seed}"


@pytest.fixture(autouse=True)
def script(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(SCRIPT)


def isolated(tmp_path, good, bad, **options):
    pair = ScriptPair(Command.parse(good), Command.parse(bad), "score")
    return isolate(pair, tmp_path / "out", metric="score", workers=2, **options)


def test_two_that_act_only_together_are_both_named(tmp_path):
    result = isolated(tmp_path, WORKING, f"{WORKING} --beams 1 --penalty 2 --epochs 4")
    assert result.found.interaction
    assert {one.name for one in result.culprits} == {"arguments.--beams", "arguments.--penalty"}
    assert "make the difference, and only together" in sentence(result)


def test_a_difference_that_crashes_is_the_culprit(tmp_path):
    result = isolated(tmp_path, WORKING, f"{WORKING} --crash --epochs 4")
    assert [one.name for one in result.culprits] == ["arguments.--crash"]
    assert str(result.mended) == "train.py --seed '{seed}' --epochs 4"
    assert "a failed training on the failing side" in sentence(result)


def test_a_metric_that_no_seed_settles_is_never_given_a_culprit(tmp_path):
    unsettled = f"{WORKING} --unsettled"
    result = isolated(tmp_path, unsettled, f"{unsettled} --epochs 4 --penalty 2")
    assert result.found.verdict in ("flaky", "alike", "inconclusive")
    assert result.culprits == ()


def test_a_lower_metric_can_be_the_better_one(tmp_path):
    result = isolated(
        tmp_path, f"{WORKING} --beams 1 --penalty 2", f"{WORKING} --beams 4 --penalty 2", lower_is_better=True
    )
    assert [one.name for one in result.culprits] == ["arguments.--beams"]


def test_sides_that_are_swapped_are_said_to_be(tmp_path):
    result = isolated(tmp_path, f"{WORKING} --beams 1 --penalty 2", f"{WORKING} --beams 4 --penalty 2")
    assert result.culprits == ()
    assert sentence(result).startswith("The failing side is not the worse one: score is 0.2")


def test_a_working_side_that_fails_ends_the_search_with_its_reason(tmp_path):
    with pytest.raises(RunError, match="the working side does not work: the script ended with exit status 1"):
        isolated(tmp_path, f"{WORKING} --crash", WORKING)


def test_short_trainings_find_what_full_ones_then_confirm(tmp_path, colour_recipe):
    bad = colour_recipe.change("training.learning_rate", 1e-7).change("training.weight_decay", 0.01)
    pair = Pair(Side(colour_recipe), Side(bad), answered=False)
    notes = []
    result = isolate(
        pair, tmp_path / "out", metric="loss", lower_is_better=True, short=0.5, note=notes.append
    )
    assert [one.name for one in result.culprits] == ["training.learning_rate"]
    assert "short trainings say: training.learning_rate; checking at full length" in notes
    assert result.share == 0.5
    full = [one for one in result.tried if one.share == 1.0]
    assert len({one.setting.changed for one in full}) == len(full) == 4


def test_one_recipe_twice_is_refused(tmp_path, colour_recipe):
    with pytest.raises(RecipeError, match="nothing differs"):
        isolate(Pair(Side(colour_recipe), Side(colour_recipe)), tmp_path / "out")
