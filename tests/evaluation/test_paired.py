import math

import numpy as np
import pytest
from scipy.stats import binomtest

from workup.errors import DataError
from workup.evaluation.paired import (
    Effect,
    effect,
    foresee,
    holm,
    mcnemar,
    power,
    smallest_seen,
)


def trained(random, seeds, cases, *, luck, by_case=0.5, noise=0.5, gain=0.0):
    """(S, N) results of A and B: cases are hard or easy, B helps some, and trainings are lucky or not."""
    hard = random.normal(0, 2, cases)
    helped = random.normal(gain, by_case, cases)
    a = hard + random.normal(0, luck, (seeds, 1)) + random.normal(0, noise, (seeds, cases))
    b = hard + helped + random.normal(0, luck, (seeds, 1)) + random.normal(0, noise, (seeds, cases))
    return a > 0, b > 0


def true_gain(**kind):
    a, b = trained(np.random.default_rng(99), 400, 4000, **kind)
    return float((b.astype(float) - a).mean())


@pytest.mark.parametrize(
    ("seeds", "cases", "luck"),
    [(3, 60, 0.0), (3, 60, 0.5), (5, 60, 0.5), (5, 200, 0.2), (5, 200, 1.0)],
)
def test_the_interval_over_seeds_holds_the_truth_as_often_as_it_says(seeds, cases, luck):
    random = np.random.default_rng(seeds * cases)
    kind = {"luck": luck, "gain": 0.5}
    truth, rounds = true_gain(**kind), 300
    found = [effect(*trained(random, seeds, cases, **kind)) for _ in range(rounds)]
    held = sum(one.low <= truth <= one.high for one in found)
    assert 0.91 <= held / rounds <= 0.99


def test_a_bootstrap_over_seeds_and_cases_would_hold_it_far_too_rarely():
    random = np.random.default_rng(0)
    kind = {"luck": 1.0, "gain": 0.5}
    truth, held, rounds = true_gain(**kind), 0, 60
    for _ in range(rounds):
        a, b = trained(random, 3, 200, **kind)
        of_seeds = random.multinomial(3, [1 / 3] * 3, 400) / 3
        of_cases = random.multinomial(200, [1 / 200] * 200, 400) / 200
        means = ((of_seeds @ (b.astype(float) - a)) * of_cases).sum(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        held += low <= truth <= high
    assert held / rounds < 0.85


@pytest.mark.parametrize(("cases", "only_a", "only_b"), [(60, 0.05, 0.2), (60, 0.1, 0.1), (200, 0.02, 0.08)])
def test_the_interval_of_one_pair_of_models_holds_the_truth_as_often_as_it_says(cases, only_a, only_b):
    random = np.random.default_rng(cases)
    held, rounds = 0, 120
    for _ in range(rounds):
        kinds = random.choice(3, size=cases, p=[only_a, only_b, 1 - only_a - only_b])
        one = effect((kinds == 0)[None], (kinds == 1)[None])
        held += one.low <= only_b - only_a <= one.high
    assert 0.9 <= held / rounds <= 1


def test_equal_models_are_told_apart_by_mcnemar_at_most_once_in_twenty():
    random = np.random.default_rng(1)
    alarms = [mcnemar(random.random(60) < 0.7, random.random(60) < 0.7).p < 0.05 for _ in range(600)]
    assert sum(alarms) / 600 <= 0.05


def test_equal_recipes_are_told_apart_over_seeds_about_once_in_twenty():
    random = np.random.default_rng(2)
    alarms = [effect(*trained(random, 5, 60, luck=0.5)).p < 0.05 for _ in range(400)]
    assert sum(alarms) / 400 <= 0.08


def test_mcnemar_counts_only_the_cases_that_differ():
    a = np.array([True] * 10 + [False] * 2 + [True] * 7)
    b = np.array([True] * 10 + [True] * 2 + [False] * 7)
    found = mcnemar(a, b)
    assert (found.only_a, found.only_b) == (7, 2)
    assert found.p == pytest.approx(binomtest(2, 9).pvalue)
    assert mcnemar(a, a).p == 1.0


def test_under_six_cases_nothing_is_seen_and_six_of_one_kind_are():
    assert smallest_seen(5) is None
    assert smallest_seen(60) == 6
    for differing, seen in ((5, False), (6, True)):
        b = np.arange(60) < differing
        assert (mcnemar(np.zeros(60, bool), b).p < 0.05) is seen


def test_with_sixty_cases_less_than_ten_points_cannot_be_seen():
    assert foresee(60, 1).hidden == pytest.approx(0.1)
    assert foresee(5, 1) is None


@pytest.mark.parametrize("cases", [40, 150])
def test_the_difference_that_is_foreseen_for_one_pair_is_found_four_times_in_five(cases):
    random = np.random.default_rng(cases)
    difference = foresee(cases, 1).findable
    disagreement = max(0.2, difference)
    share = (disagreement + difference) / 2
    found, rounds = 0, 500
    for _ in range(rounds):
        kinds = random.choice(3, size=cases, p=[disagreement - share, share, 1 - disagreement])
        found += mcnemar(kinds == 0, kinds == 1).p < 0.05
    assert found / rounds == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(("cases", "seeds"), [(60, 3), (200, 5)])
def test_the_difference_that_is_foreseen_for_several_seeds_is_found_four_times_in_five(cases, seeds):
    """Of the disagreement, half is the same in all seeds and half is chance, as the foresight supposes."""
    random = np.random.default_rng(cases)
    difference, rounds = foresee(cases, seeds).findable, 400
    found = 0
    for _ in range(rounds):
        by_case = random.normal(difference, math.sqrt(0.1), cases)
        chance = random.normal(0, math.sqrt(0.1), (seeds, cases))
        found += effect(np.zeros((seeds, cases)), by_case + chance).p < 0.05
    assert found / rounds == pytest.approx(0.8, abs=0.06)


def test_the_chance_to_find_a_difference_grows_with_it_and_with_the_cases():
    assert power(60, 0.0, 0.2) <= 0.05
    assert power(60, 0.05, 0.2) < power(60, 0.1, 0.2) < power(200, 0.1, 0.2)


def test_holm_multiplies_the_smallest_most_and_never_changes_the_order():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_of_many_equal_settings_holm_lets_hardly_any_pass():
    random = np.random.default_rng(3)
    alarms = 0
    for _ in range(120):
        own = random.random(80) < 0.6
        others = [mcnemar(own, random.random(80) < 0.6).p for _ in range(12)]
        alarms += min(holm(others)) < 0.05
    assert alarms / 120 <= 0.05


def test_without_any_difference_the_interval_says_what_may_have_been_missed():
    same = np.ones((1, 20), bool)
    found = effect(same, same)
    assert (found.difference, found.p) == (0.0, 1.0)
    assert found.high == pytest.approx(binomtest(0, 20).proportion_ci().high)
    several = effect(np.ones((4, 20), bool), np.ones((4, 20), bool))
    assert (several.low, several.high) == (found.low, found.high)


def test_the_luck_of_trainings_is_told_from_the_uncertainty_of_cases():
    random = np.random.default_rng(4)
    lucky = effect(*trained(random, 5, 300, luck=2.0))
    steady = effect(*trained(random, 5, 300, luck=0.0, by_case=2.0))
    assert lucky.from_seeds > 0.8
    assert steady.from_seeds < 0.2


def test_copies_of_a_case_in_one_group_add_no_certainty():
    random = np.random.default_rng(5)
    a, b = random.random((2, 1, 30)) < 0.6
    once = effect(a, b)
    copied = effect(np.repeat(a, 4, axis=1), np.repeat(b, 4, axis=1), [str(n // 4) for n in range(120)])
    assert (copied.cases, copied.groups) == (120, 30)
    assert copied.difference == pytest.approx(once.difference)
    assert (copied.low, copied.high, copied.p) == pytest.approx((once.low, once.high, once.p))


def test_the_mean_over_groups_is_that_over_cases_although_groups_are_of_unequal_size():
    random = np.random.default_rng(6)
    a, b = random.random((2, 3, 40)) < 0.6
    groups = [str(min(n, 9)) for n in range(40)]
    found = effect(a, b, groups)
    assert found.difference == pytest.approx(float((b.astype(float) - a).mean()))
    assert found.groups == 10


def test_the_same_results_give_the_same_interval():
    random = np.random.default_rng(7)
    a, b = random.random((2, 1, 50)) < 0.6
    assert effect(a, b) == effect(a, b)
    assert isinstance(effect(a, b), Effect)


def test_one_case_cannot_be_compared():
    with pytest.raises(DataError, match="more rows"):
        effect(np.ones((2, 1), bool), np.zeros((2, 1), bool))


def test_a_difference_without_any_uncertainty_left_is_certain():
    found = effect(np.zeros((3, 10), bool), np.ones((3, 10), bool))
    assert (found.difference, found.high) == (1.0, 1.0)
    assert found.p < 0.05
    assert math.isfinite(found.low)
