import numpy as np
import pytest
from scipy.stats import ttest_1samp

from workup.isolate.sequential import FEWEST_PAIRS, Answer, answer, difference, preference

SEARCHES = 100


def sequence(effect, generator, smallest=None, false_yes=0.05, most=40):
    """The answer after as many pairs as the test asks for."""
    good, bad = generator.normal(size=most), generator.normal(size=most) - effect
    for pairs in range(FEWEST_PAIRS, most + 1):
        said = difference(good[:pairs], bad[:pairs], smallest).answer(false_yes, 0.05)
        if said is not Answer.MEASURE_AGAIN:
            break
    return said, pairs


def share(of, effect, **arguments):
    generator = np.random.default_rng(5)
    return sum(sequence(effect, generator, **arguments)[0] is of for _ in range(SEARCHES)) / SEARCHES


def test_alike_ends_are_called_different_no_more_often_than_stated():
    assert share(Answer.YES, 0.0, smallest=1.0) <= 0.05 + 2 * (0.05 * 0.95 / SEARCHES) ** 0.5


def test_a_difference_of_the_smallest_size_is_seldom_called_alike_and_a_larger_one_never():
    assert share(Answer.NO, 1.0, smallest=1.0) <= 0.2
    assert share(Answer.NO, 3.0, smallest=1.0) == 0


def test_a_large_difference_takes_fewer_pairs_than_a_small_one():
    generator = np.random.default_rng(5)
    pairs = {effect: np.mean([sequence(effect, generator)[1] for _ in range(50)]) for effect in (1, 2, 4)}
    assert pairs[4] < pairs[2] < pairs[1]


def test_one_pair_or_two_say_nothing():
    assert difference([1.0, 1.1], [0.0, 0.1]).answer(0.05, 0.05) is Answer.MEASURE_AGAIN


def test_a_shared_seed_is_no_noise():
    seeds = [0.0, 5.0, -3.0, 2.0]
    good, bad = [s + 0.01 * n for n, s in enumerate(seeds)], [s - 1 for s in seeds]
    assert difference(good, bad, smallest=0.5).answer(0.01, 0.05) is Answer.YES


def test_the_better_bad_end_is_alike():
    assert difference([0.0, 0.1, -0.1], [5.0, 5.2, 4.9]).answer(0.01, 0.05) is Answer.NO


@pytest.mark.parametrize(("bad", "said"), [(0.9, Answer.NO), (0.5, Answer.YES), (1.3, Answer.NO)])
def test_ends_without_any_noise_are_told_apart_by_their_value(bad, said):
    assert difference([0.9] * 3, [bad] * 3).answer(0.01, 0.05) is said


def test_a_constant_difference_below_the_smallest_that_matters_is_none():
    assert difference([0.9] * 3, [0.88] * 3, smallest=0.05).answer(0.01, 0.05) is Answer.NO


def test_evidence_grows_with_the_statistic_of_the_t_test():
    good = np.array([1.0, 1.5, 0.7, 1.2])
    ratios = [difference(good, good - shift - [0.1, -0.1, 0.2, -0.2], 1.0).any_size for shift in (0, 0.5, 1)]
    statistics = [ttest_1samp(shift + np.array([0.1, -0.1, 0.2, -0.2]), 0).statistic for shift in (0, 0.5, 1)]
    assert ratios == sorted(ratios)
    assert statistics == sorted(statistics)


def test_the_model_that_the_values_follow_is_preferred():
    values, seeds = np.array([1.0, 1.1, 0.0, 0.1, 0.05]), np.array([0, 1, 0, 1, 0])
    right, wrong = np.array([0.0, 0, 1, 1, 1]), np.array([0.0, 0, 1, 1, 0])
    assert preference(values, seeds, right, wrong) > 2
    assert preference(values, seeds, wrong, right) == pytest.approx(-preference(values, seeds, right, wrong))


def test_a_setting_that_was_not_measured_prefers_nothing():
    values, seeds = np.array([1.0, 1.1, 0.0, 0.1]), np.array([0, 1, 0, 1])
    column = np.array([0.0, 0, 1, 1])
    assert preference(values, seeds, column, column) == 0


def test_an_answer_needs_the_evidence_for_its_error():
    assert answer(2.9, 0.05) is Answer.MEASURE_AGAIN
    assert answer(3.1, 0.05) is Answer.YES
    assert answer(-3.1, 0.05) is Answer.NO
