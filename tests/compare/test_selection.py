import numpy as np
import pytest

from workup.compare.selection import select
from workup.errors import DataError


def test_the_best_of_equal_settings_looks_better_than_it_is():
    random = np.random.default_rng(0)
    found = [select(random.random((12, 1, 80)) < 0.6) for _ in range(40)]
    assert np.mean([one.apparent for one in found]) > 0.06
    assert abs(np.mean([one.honest for one in found])) < 0.015


def test_a_real_gain_is_left_after_the_correction():
    random = np.random.default_rng(1)
    share = np.full((6, 1, 1), 0.5)
    share[3] = 0.7
    found = [select(random.random((6, 1, 200)) < share) for _ in range(12)]
    assert np.mean([one.honest for one in found]) == pytest.approx(0.2, abs=0.03)
    assert all(one.winner == 3 for one in found)
    assert min(one.chosen[3] for one in found) > 0.5


def test_of_equals_the_first_is_chosen():
    found = select(np.ones((3, 2, 10), bool))
    assert (found.winner, found.apparent, found.honest) == (0, 0.0, 0.0)
    assert found.chosen == (1.0, 0.0, 0.0)


def test_copies_in_one_group_do_not_judge_what_they_chose():
    random = np.random.default_rng(2)
    gains, ungrouped = [], []
    for _ in range(20):
        right = np.repeat(random.random((8, 1, 20)) < 0.5, 6, axis=2)
        gains.append(select(right, [str(n // 6) for n in range(120)]).honest)
        ungrouped.append(select(right).honest)
    assert abs(np.mean(gains)) < 0.03 < 0.1 < np.mean(ungrouped)


def test_three_cases_are_too_few():
    with pytest.raises(DataError, match="too few"):
        select(np.ones((2, 1, 3), bool))
