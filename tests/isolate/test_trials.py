import math

import pytest

from workup.isolate.setting import Setting
from workup.isolate.trials import GOOD, BudgetSpent, Trials

A, B = frozenset("a"), frozenset("b")


@pytest.fixture
def trials():
    asked = []

    def measure(settings):
        asked.extend(settings)
        return [float(setting.seed) if setting.changed != B else math.nan for setting in settings]

    made = Trials("ab", measure, most=4)
    made.asked = asked
    return made


def test_what_is_known_is_not_measured_again(trials):
    trials.run([Setting(A, 0), Setting(A, 0), Setting(A, 1)])
    trials.run([Setting(A, 1), Setting(GOOD, 1)])
    assert trials.asked == [Setting(A, 0), Setting(A, 1), Setting(GOOD, 1)]


def test_a_repeat_is_measured_again_and_stands_beside_the_table(trials):
    trials.run([Setting(A, 5), Setting(A, 5, repeat=1)])
    assert len(trials.asked) == 2
    assert trials.values(A) == {5: 5.0}
    assert len(trials.table()[0]) == 1


def test_the_budget_is_used_up_before_it_is_reported(trials):
    with pytest.raises(BudgetSpent):
        trials.run(Setting(A, seed) for seed in range(6))
    assert trials.values(A) == {0: 0.0, 1: 1.0, 2: 2.0, 3: 3.0}


def test_a_crash_is_kept_as_minus_infinity_and_counts_as_clearly_worse_than_all(trials):
    trials.run([Setting(A, 1), Setting(A, 3), Setting(B, 0)])
    assert trials.taken[Setting(B, 0)] == -math.inf
    assert trials.values(B) == {0: -3.0}


def test_the_table_has_a_row_for_every_trial(trials):
    trials.run([Setting(GOOD, 1), Setting(A, 2)])
    values, changes, seeds = trials.table()
    assert values.tolist() == [1.0, 2.0]
    assert changes.tolist() == [[0.0, 0.0], [1.0, 0.0]]
    assert seeds.tolist() == [1, 2]
