import numpy as np
import pytest

from workup.learning.retraining.forgetting import Forgetting

BEFORE = np.array([True] * 8 + [False] * 2)


def after(*wrong):
    return np.array([place not in wrong for place in range(10)])


def test_what_is_lost_and_gained_is_told_apart():
    found = Forgetting.of(BEFORE, np.array([after(0, 8), after(0, 1)]))
    assert (found.before, found.after) == (0.8, 0.8)
    assert found.lost == pytest.approx(3 / 16)
    assert found.gained == pytest.approx(3 / 4)
    assert found.effect.difference == pytest.approx(0)
    assert found.effect.low < 0 < found.effect.high


def test_a_clear_loss_is_proved():
    before = np.ones(100, dtype=bool)
    worse = np.arange(100) >= 40
    assert Forgetting.of(before, np.array([worse, worse, worse])).effect.proved


def test_a_model_that_knew_nothing_can_lose_nothing():
    found = Forgetting.of(np.zeros(10, dtype=bool), np.array([after(0)]))
    assert (found.lost, found.gained) == (0.0, 0.9)
