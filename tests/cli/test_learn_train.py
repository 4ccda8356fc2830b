"""Where nothing is trained; the whole way is walked in tests/learning/retraining/test_whole.py."""

import json
import shutil

import pytest

from learning_cases import synthetic
from learning_served import release
from registry_versions import evidence, put
from workup.learning.retraining.rounds import locked
from workup.registry import Registry


@pytest.fixture
def train(workup, monkeypatch, tmp_path):
    """`workup learn train` on a store with two cases that are new."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    release(tmp_path / "learning.db", "Gout", synthetic("Gout", 2))
    return lambda *arguments: workup("learn", "train", "--database", "learning.db", *arguments)


@pytest.fixture
def serving(served_once, tmp_path):
    """A registry in which general@1 serves."""
    shutil.copytree(served_once / "registry", tmp_path / "registry")


def test_too_few_new_cases_are_no_failure(train, serving, tmp_path):
    done = train()
    assert done.status == 0
    assert "2 new cases for general since general@1" in done.out
    assert "20 are asked for (--at-least): nothing was trained" in " ".join(done.out.split())
    assert json.loads((tmp_path / "retraining/general/report.json").read_text())["state"] == "waiting"


def test_a_program_reads_the_same(train, serving):
    told = json.loads(train("--json").out)
    assert (told["state"], told["new"], told["unseen"], told["at_least"]) == ("waiting", 2, 2, 20)


def test_while_one_trains_another_is_refused(train, serving, tmp_path):
    with locked(tmp_path / "retraining" / "general"):
        done = train("--at-least", 1)
    assert done.status == 2
    assert "another training works in" in done.err


def test_without_a_registry_it_is_said_how_to_make_one(train):
    done = train()
    assert done.status == 2
    assert "there is no registry in registry" in done.err


def test_without_a_serving_version_it_is_said_how_to_promote_one(train, tmp_path):
    put(Registry.at(tmp_path / "registry"), evidence())
    done = train()
    assert done.status == 2
    assert "nothing serves in general, and learning goes on from what serves" in done.err


def test_an_unknown_line_is_refused_with_the_nearest(train, serving):
    done = train("cardiolgy")
    assert done.status == 2
    assert "cardiology" in done.err


def test_one_seed_alone_cannot_be_a_witness(train, serving):
    assert train("--seeds", 1).status == 2
