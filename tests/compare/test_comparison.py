import json

from workup.compare import carry_out, continue_or_fresh, of_recipes, of_runs, side
from workup.run import Run, train
from workup.trials.journal import JOURNAL


def journal(folder):
    return [json.loads(line) for line in (folder / JOURNAL).read_text().splitlines()]


def test_two_generation_settings_share_one_training_a_seed(saved, tmp_path):
    plan = of_recipes(saved("a"), saved("b", generation__max_new_tokens=1), seeds=2)
    folder = tmp_path / "out"
    told = []
    found = carry_out(plan, folder, watch=told.append)
    assert found.a.shape == found.b.shape == (2, 6)
    assert len(list((folder / "models").iterdir())) == 2
    assert len(journal(folder)) == 4
    assert (told[-1].title, told[-1].done, told[-1].total) == ("answering", 4.0, 4)
    again = carry_out(plan, folder)
    assert (again.effect, len(journal(folder))) == (found.effect, 4)


def test_two_runs_are_paired_by_case(learned_run, tmp_path):
    poor = train(learned_run.recipe.change("training.epochs", 1), tmp_path / "poor")
    found = carry_out(of_runs(side(poor.folder), side(learned_run.folder)), tmp_path / "out")
    assert found.effect.seeds == 1
    assert found.effect.difference == found.b.mean() - found.a.mean() > 0
    assert found.effect.p == found.tests[0].p


def test_going_on_from_a_run_is_compared_with_one_long_training(learned_run, tmp_path):
    plan = continue_or_fresh(side(learned_run.folder), tmp_path, seeds=1, epochs=1)
    found = carry_out(plan, tmp_path)
    assert found.a.shape == found.b.shape == (1, 6)
    assert found.a.mean() >= Run.load(learned_run.folder).evaluate().model.top1.value - 0.2
    assert {entry["trial"]["recipe"]["training"]["epochs"] for entry in journal(tmp_path)} == {1.0, 41.0}
