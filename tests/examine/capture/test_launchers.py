import pytest

from workup.examine.capture import launchers


@pytest.fixture
def environment(monkeypatch):
    """Sets variables of this process, in which no launcher has set any."""
    for name in ("RANK", "ACCELERATE_DYNAMO_USE_FULLGRAPH"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch.setenv


def test_a_process_that_nobody_launched_is_alone(environment):
    environment("ACCELERATE_MIXED_PRECISION", "no")  # as a Trainer of transformers 4.57 leaves it
    assert (launchers.is_launched(), launchers.is_first()) == (False, True)


@pytest.mark.parametrize(("rank", "first"), [("0", True), ("1", False)])
def test_the_first_of_several_watches_for_all(environment, rank, first):
    environment("RANK", rank)
    assert (launchers.is_launched(), launchers.is_first()) == (True, first)
