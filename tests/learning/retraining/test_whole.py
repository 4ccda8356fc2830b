"""The whole way, killed in the middle and gone on with; then once more after a case was taken back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from learning_cases import synthetic
from learning_served import release
from workup.errors import DataError
from workup.learning.references import add
from workup.learning.retraining import Order, Outcome, retrain
from workup.learning.retraining.terminal import outcome_view
from workup.learning.store import opened
from workup.registry import Registry, promote

GOUT, MIGRAINE = synthetic("Gout", 3), synthetic("Migraine", 3)


@dataclass(frozen=True)
class Learned:
    """What was ordered, what came of it, and the lines of the journal when the first process was killed."""

    order: Order
    outcome: Outcome
    journal: list[str]

    @property
    def round(self) -> Path:
        return Path(str(self.outcome.folder))


def order_in(folder: Path) -> Order:
    return Order(
        str(folder / "learning.db"), Registry(folder / "registry"), "general", folder / "retraining", 2, 2
    )


def killed_after_one_trial(order: Order, journal: Path) -> list[str]:
    """Run the command until one training is in the journal, and kill it and its children."""
    command = [sys.executable, "-m", "workup", "learn", "train", "--database", order.database]
    command += ["--registry", order.registry.folder, "--out", order.folder, "--seeds", "2"]
    command += ["--at-least", "2"]
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(command, start_new_session=True, stdout=quiet, stderr=quiet)
    while running.poll() is None and not (journal.is_file() and journal.read_text().count("\n")):
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    return journal.read_text().splitlines()


@pytest.fixture(scope="module")
def learned(served_once, tmp_path_factory):
    """Six new cases learned; a seventh was released while the process lay dead."""
    folder = tmp_path_factory.mktemp("learned")
    shutil.copytree(served_once / "registry", folder / "registry")
    release(folder / "learning.db", "Gout", GOUT)
    release(folder / "learning.db", "Migraine", MIGRAINE)
    order = order_in(folder)
    journal = killed_after_one_trial(order, order.folder / "general" / "001" / "journal.jsonl")
    release(folder / "learning.db", "Gout", synthetic("Gout", 4)[3:])
    return Learned(order, retrain(order), journal)


def test_what_was_trained_before_the_kill_is_not_trained_again(learned):
    whole = (learned.round / "journal.jsonl").read_text().splitlines()
    assert whole[: len(learned.journal)] == learned.journal
    trained = [json.loads(line)["trial"] for line in whole if '"trained": null' in line]
    assert len(trained) == 6
    assert len({json.dumps(trial) for trial in trained}) == 6


def test_the_round_goes_on_with_the_cases_that_it_began_with(learned):
    assert [one.text for one in learned.outcome.material.items] == [*GOUT, *MIGRAINE]


def test_three_ways_are_compared_and_fresh_is_kept_unless_another_is_proved_better(learned):
    choice = learned.outcome.trained.choice
    assert [tried.setting for tried in choice.tried] == [
        (("way", way),) for way in ("fresh", "continue", "replay")
    ]
    proved = any(tried.proved and tried.effect.difference > 0 for tried in choice.tried[1:])
    assert (learned.outcome.trained.way == "fresh") is not proved


def test_what_is_forgotten_is_measured_for_every_way(learned):
    trained = learned.outcome.trained
    assert list(trained.forgetting) == ["fresh", "continue", "replay"]
    for kept in trained.forgetting.values():
        assert (kept.effect.seeds, kept.effect.cases) == (2, 16)
    assert trained.remembered.effect.cases == 24


def test_the_candidate_is_examined_has_a_witness_and_does_not_serve(learned):
    registry = learned.order.registry
    version = registry.version("general", 2)
    assert registry.candidate("general") == version
    assert registry.serving("general").number == 1
    assert version.evidence.examined.checks > 0
    assert version.evidence.second.seed == 1


def test_the_gates_judge_it(learned):
    failed = {gate.gate for gate in learned.outcome.trained.gates if not gate.passed}
    assert "red-flag cases" in failed  # the list of this registry has none
    assert learned.outcome.state == "stopped at a gate"


def test_the_version_shows_what_it_learned_and_who_agreed(learned):
    found = learned.order.registry.version("general", 2).learned
    assert [item.fingerprint for item in found.items] == [
        one.fingerprint for one in learned.outcome.material.items
    ]
    assert found.reviewers == ["Ann", "Bea"]
    assert str(found).startswith("6 released cases, 6 of them new since general@1")
    card = (learned.order.registry.version("general", 2).folder / "README.md").read_text()
    assert "| released cases learned | 6, 6 of them new since general@1" in card


def test_the_report_has_every_number_and_no_text_of_a_case(learned):
    told = (learned.order.folder / "general" / "report.json").read_text()
    assert json.loads(told) == json.loads((learned.round / "round.json").read_text())
    assert json.loads(told)["version"] == "general@2"
    assert not any(text[:40] in told for text in (*GOUT, *MIGRAINE))


def test_it_is_shown_in_words(learned):
    console = Console(width=120, record=True, file=StringIO())
    console.print(outcome_view(learned.outcome))
    told = console.export_text()
    assert "6 new cases for general since general@1" in told
    assert "general@2 is published, and the candidate" in told
    assert "It stops here: " in told


def test_what_the_waiting_candidate_has_learned_is_not_learned_every_night_anew(learned):
    outcome = retrain(learned.order)
    assert (outcome.state, len(outcome.material.items), outcome.unseen) == ("waiting", 7, 1)


def test_a_line_whose_case_was_taken_back_is_trained_fresh(learned, workup, tmp_path):
    """On the command line: the next version serves, and has learned a case that is a canary since."""
    shutil.copytree(learned.order.registry.folder, tmp_path / "registry")
    shutil.copy(learned.order.database, tmp_path / "learning.db")
    registry = Registry(tmp_path / "registry")
    promote(registry, registry.version("general", 2), override="a test")
    release(tmp_path / "learning.db", "Psoriasis", synthetic("Psoriasis", 2))
    (tmp_path / "canary.jsonl").write_text(json.dumps({"text": GOUT[0]}))
    with opened(str(tmp_path / "learning.db")) as session:
        add(session, str(tmp_path / "canary.jsonl"), "canary")
    done = workup("learn", "train", "--database", "learning.db", "--seeds", 2, "--at-least", 2)
    assert done.status == 1
    assert "item 1 (Gout) is no longer released as that" in done.out
    assert "Taken: fresh" in done.out
    assert "the only way that is left" in done.out
    rows = (tmp_path / "retraining" / "general" / "001" / "fresh.jsonl").read_text()
    assert GOUT[0] not in rows
    assert GOUT[1] in rows
    found = registry.version("general", 3).learned
    assert (found.after, len(found.items), found.new) == ("general@2", 8, 3)
    assert "learned    8 released cases, 3 of them new" in workup("models", "show", "general@3").out


def test_a_candidate_that_learned_what_became_a_canary_does_not_pass_the_gate(learned, workup, tmp_path):
    shutil.copy(learned.order.database, tmp_path / "learning.db")
    (tmp_path / "canary.jsonl").write_text(json.dumps({"text": GOUT[0]}))
    with opened(str(tmp_path / "learning.db")) as session:
        add(session, str(tmp_path / "canary.jsonl"), "canary")
    of = ("models", "show", "general@2", "--json", "--registry", learned.order.registry.folder)
    for database, passed in ((learned.order.database, True), (tmp_path / "learning.db", False)):
        gate = json.loads(workup(*of, "--database", database).out)["gates"][-1]
        assert (gate["gate"], gate["passed"]) == ("reserved cases", passed)
        assert gate["numbers"]["reserved"] == ([] if passed else ["item 1"])
        assert gate["numbers"]["learned"] == 24 + 6


def test_too_few_new_cases_train_nothing_and_say_so(served_once, tmp_path):
    shutil.copytree(served_once / "registry", tmp_path / "registry")
    release(tmp_path / "learning.db", "Gout", GOUT[:1])
    order = order_in(tmp_path)
    assert retrain(order).state == "waiting"
    told = json.loads((order.folder / "general" / "report.json").read_text())
    assert (told["state"], told["new"], told["at_least"]) == ("waiting", 1, 2)
    assert not (order.folder / "general" / "001").exists()


def test_a_failure_is_reported_too(served_once, tmp_path):
    shutil.copytree(served_once / "registry", tmp_path / "registry")
    order = order_in(tmp_path)
    with pytest.raises(DataError, match="there is no database"):
        retrain(order)
    told = json.loads((order.folder / "general" / "report.json").read_text())
    assert told["state"] == "failed"
    assert "there is no database" in told["error"]
