import os
import signal
import sys
from pathlib import Path

import pytest

from workup.errors import Interrupted, RunError
from workup.recipe import Recipe
from workup.run import train
from workup.trials import Finished, Known, Progress, Runner, ScriptTrial, Started, Trial, run
from workup.trials.journal import JOURNAL
from workup.trials.process import Hosts


@pytest.fixture(scope="module")
def short_recipe(learned_run) -> Recipe:
    return learned_run.recipe.change("training.epochs", 2)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def trials(short_recipe, learned_run) -> list[Trial]:
    return [
        Trial(short_recipe),
        Trial(short_recipe.change("notice", "The same under another name.")),
        Trial(short_recipe.change("seed", 1), answered=False),
        Trial(short_recipe.change("data.source", "nowhere.csv")),
        Trial(short_recipe.change("generation.num_beams", 1), trained=learned_run.folder),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("trials")


@pytest.fixture(scope="module")
def outcomes(trials, folder, told):
    return run(trials, folder, watch=told.append)


def test_a_trial_is_the_training_and_evaluation_of_its_recipe(outcomes, short_recipe, tmp_path):
    evaluation = train(short_recipe, tmp_path / "run").evaluate()
    assert outcomes[0].error is None
    assert outcomes[0].metrics["loss"] == pytest.approx(evaluation.loss, abs=1e-6)
    assert outcomes[0].metrics["top1"] == evaluation.model.top1.value
    assert outcomes[0].ids == tuple(verdict.id for verdict in evaluation.verdicts)
    assert outcomes[0].ranks == tuple(verdict.rank for verdict in evaluation.verdicts)
    assert "transformers" in outcomes[0].versions


def test_equal_trials_are_run_once(outcomes, told, folder):
    assert outcomes[1] == outcomes[0]
    assert len((folder / JOURNAL).read_text().splitlines()) == 4
    assert {event.position for event in told if isinstance(event, Started)} == {0, 1, 2, 3, 4}


def test_steps_are_told_as_they_are_made(outcomes, told):
    steps = [event.step for event in told if isinstance(event, Progress) and event.position == 0]
    assert steps == sorted(steps)
    assert steps[-1] == next(event.steps for event in told if isinstance(event, Progress))


def test_without_answers_there_is_a_loss_alone(outcomes):
    assert list(outcomes[2].metrics) == ["loss"]
    assert outcomes[2].ids == ()


def test_a_trial_that_cannot_train_fails_alone_with_the_users_error(outcomes):
    assert outcomes[3].error.startswith("there is no file, folder or installed source 'nowhere.csv'")
    assert not outcomes[3].lost


def test_a_finished_run_is_evaluated_without_a_training(outcomes, told, learned_run):
    assert outcomes[4].metrics["top1"] == learned_run.evaluate().model.top1.value
    assert not [event for event in told if isinstance(event, Progress) and event.position == 4]


def test_what_the_journal_holds_is_not_run_again(outcomes, trials, folder):
    told = []
    assert run(trials[:3], folder, watch=told.append) == outcomes[:3]
    assert [type(event) for event in told] == [Known] * 3


def counting_scripts(folder: Path, number: int) -> list[ScriptTrial]:
    """Trials that each leave a file, so that it can be seen which were run."""
    script = folder / "count.py"
    script.write_text(
        "import os, pathlib; n = os.environ['WORKUP_SEED']; pathlib.Path(n).touch(); print('n', n)"
    )
    return [ScriptTrial(script, "n", seed=seed) for seed in range(number)]


def test_ctrl_c_keeps_what_is_finished_and_the_same_call_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trials = counting_scripts(tmp_path, 5)

    def interrupt(event):
        if isinstance(event, Finished):
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=r"1 finished trial is kept in .*journal.jsonl"):
        run(trials, tmp_path / "out", watch=interrupt)
    (tmp_path / "0").unlink()
    assert [outcome.metrics["n"] for outcome in run(trials, tmp_path / "out")] == [0, 1, 2, 3, 4]
    assert not (tmp_path / "0").exists()


def test_scripts_run_side_by_side_and_answer_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Runner(tmp_path / "out", workers=3) as runner:
        first = runner.run(counting_scripts(tmp_path, 4))
        again = runner.run(counting_scripts(tmp_path, 6))
    assert [outcome.metrics["n"] for outcome in [*first, *again]] == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the forked process in /proc")
def test_a_trial_whose_process_is_killed_is_run_again(short_recipe):
    hosts, killed = Hosts(threads=1), []

    def kill_once(step: int, steps: int) -> None:
        if not killed:
            host = hosts._all[0]._process.pid
            children = Path(f"/proc/{host}/task/{host}/children").read_text().split()
            killed.append(int(children[0]))
            os.kill(killed[0], signal.SIGKILL)

    try:
        outcome = hosts.run(Trial(short_recipe, answered=False), kill_once)
    finally:
        hosts.kill()
        hosts.close()
    assert killed
    assert outcome.error is None
    assert outcome.metrics["loss"] > 0


def test_ray_that_is_not_installed_is_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RunError, match=r"pip install 'workup\[ray\]'"):
        run(counting_scripts(tmp_path, 1), tmp_path / "out", ray="local")
