"""The simulated review of the learning benchmark does what its page says."""

import importlib.util
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from workup.clinic.synthesis.source import rows

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def simulated():
    name = "simulated_review"
    specification = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    yield module
    del sys.modules[name]


@pytest.fixture(scope="module")
def sent(simulated):
    return simulated.spoiled(list(rows(100, seed=5)), random.Random(1))


def test_five_in_a_hundred_are_mistaken_and_two_are_poison(simulated, sent):
    assert Counter(one.kind for one in sent) == {"right": 93, "wrong label": 5, "poison": 2}
    assert all((one.claimed == one.truth) == (one.kind == "right") for one in sent)
    assert {one.sender for one in sent if one.sender == "Mallory"} == {"Mallory"}


def released(simulated, sent, tmp_path, error, same):
    database = str(tmp_path / "learning.db")
    simulated.take(database, sent)
    simulated.review(database, sent, error, same, random.Random(2))
    return simulated.counted(database, sent)


def test_reviewers_who_never_err_release_everything_as_what_it_is(simulated, sent, tmp_path):
    counts = released(simulated, sent, tmp_path, 0.0, False)
    assert sum(one["items"] for one in counts.values()) > 90
    for one in counts.values():
        assert (one["released"], one["bad"]) == (one["items"], 0)


def test_reviewers_who_always_err_let_every_wrong_label_through(simulated, sent, tmp_path):
    counts = released(simulated, sent, tmp_path, 1.0, True)
    for kind in ("wrong label", "poison"):
        assert counts[kind]["bad"] == counts[kind]["items"] > 0
