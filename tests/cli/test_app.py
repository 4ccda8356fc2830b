import pytest

VERBS = [
    "train",
    "evaluate",
    "predict",
    "run",
    "examine",
    "check-script",
    "trace",
    "explain",
    "walkthrough",
    "pretrain",
    "demo",
    "recipe",
    "data",
    "serve",
    "keys",
    "audit",
]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(workup, verb):
    done = workup(verb, "--help")
    assert done.status == 0
    assert "Usage: workup" in done.out


def test_help_lists_the_verbs(workup):
    assert "predict" in workup("--help").out


def test_an_unknown_verb_is_an_error_with_the_nearest_one(workup):
    done = workup("trian")
    assert done.status == 2
    assert "train" in done.err
