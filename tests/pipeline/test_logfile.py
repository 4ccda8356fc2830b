import json

import pytest

from workup.pipeline import events
from workup.pipeline.logfile import LogFile


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.jsonl"


def logged(step):
    return events.Logged(step, step / 10, 1.0 / step, 1e-3, None)


def tell(path, *told):
    """A training's events, to a log of its own; returns what was passed on."""
    seen = []
    log = LogFile(path, seen.append)
    for event in told:
        log(event)
    return seen


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def steps(path):
    return [(line["kind"], line["step"]) for line in lines(path)]


def test_losses_are_kept_a_line_each(path):
    tell(path, logged(1), events.Validated(1, 0.1, 2.5))
    assert lines(path) == [
        {"kind": "train", "step": 1, "epoch": 0.1, "loss": 1.0, "learning_rate": 1e-3, "gradient_norm": None},
        {"kind": "validation", "step": 1, "epoch": 0.1, "loss": 2.5},
    ]


def test_every_event_is_passed_on_and_only_losses_are_kept(path):
    told = [events.Started(0, 2), events.Stepped(1), logged(1), events.Saved("model")]
    assert tell(path, *told) == told
    assert steps(path) == [("train", 1)]


def test_a_resumed_training_drops_what_its_checkpoint_does_not_know(path):
    tell(path, events.Started(0, 5), logged(1), logged(2), events.Validated(2, 0.2, 2.5), logged(3))
    tell(path, events.Started(2, 5), logged(3), logged(4))
    assert steps(path) == [("train", 1), ("train", 2), ("validation", 2), ("train", 3), ("train", 4)]


def test_a_training_that_begins_anew_begins_an_empty_log(path):
    tell(path, events.Started(0, 5), logged(1), logged(2))
    tell(path, events.Started(0, 5))
    assert steps(path) == []


def test_a_line_that_a_killed_training_left_half_written_is_dropped(path):
    tell(path, logged(1))
    path.write_text(path.read_text() + '{"kind": "train", "st')
    tell(path, events.Started(1, 5), logged(2))
    assert steps(path) == [("train", 1), ("train", 2)]
