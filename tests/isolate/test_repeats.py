import pytest

from workup.isolate.repeats import REPEATS, apart, flaky
from workup.isolate.setting import Setting
from workup.isolate.trials import GOOD, Trials

BAD = frozenset("a")
SEEDS = {0: 0.0, 1: 1.0, 2: -1.0}


def trials(by_repeating, effect=0.0):
    """Both ends, measured; a repeat differs by so much, up or down."""

    def value(setting):
        planted = effect * (setting.changed == BAD)
        return SEEDS[setting.seed] + planted + by_repeating * setting.repeat * (-1) ** setting.seed

    made = Trials("a", lambda settings: [value(setting) for setting in settings], most=20)
    made.run(Setting(end, seed) for seed in SEEDS for end in (GOOD, BAD))
    return made


@pytest.mark.parametrize(("by_repeating", "expected"), [(0.0, False), (0.1, False), (2.0, True)])
def test_a_metric_is_flaky_where_repeating_changes_it_as_seeds_do(by_repeating, expected):
    assert flaky(trials(by_repeating), BAD, None) is expected


def test_what_the_ends_exceed_is_not_flaky():
    assert not flaky(trials(2.0, effect=-5.0), BAD, None)


def test_the_smallest_difference_that_matters_bounds_it_where_it_is_given():
    assert not flaky(trials(2.0), BAD, smallest=3.0)


def test_exact_repeats_are_believed_after_two():
    exact, other = trials(0.0), trials(0.1)
    flaky(exact, BAD, None)
    flaky(other, BAD, None)
    assert len(exact.taken) == len(SEEDS) * 2 + 2
    assert len(other.taken) == len(SEEDS) * 2 + REPEATS
    assert apart(other) == pytest.approx(0.1)
