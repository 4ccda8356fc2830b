import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from closed_set import reference_cases, too_sure
from workup.evaluation.binned import (
    calibration_error,
    debiased_error,
    equal_mass_bins,
    equal_width_bins,
    resampled_errors,
)
from workup.evaluation.calibration import probabilities


@pytest.fixture
def judged():
    scores, truth = reference_cases()
    stated = probabilities(scores)
    return stated.max(axis=1), stated.argmax(axis=1) == truth


def test_calibration_errors_are_those_of_the_reference_library(judged):
    # uncertainty-calibration 0.1.4: get_ece_em, get_ece and the plug-in error, ten bins
    assert calibration_error(equal_mass_bins(*judged)) == pytest.approx(0.29249504049351627)
    assert calibration_error(equal_width_bins(*judged)) == pytest.approx(0.2853566084829266)


def test_the_debiased_error_is_that_of_the_reference_library_up_to_its_random_draws(judged):
    # uncertainty-calibration 0.1.4: normal_debiased_ce of equal-mass bins, 20,000 draws
    assert debiased_error(equal_mass_bins(*judged)) == pytest.approx(0.2549335408510746, abs=1e-3)


@pytest.mark.parametrize(("bins", "strategy"), [(equal_mass_bins, "quantile"), (equal_width_bins, "uniform")])
def test_the_diagram_is_that_of_scikit_learn(judged, bins, strategy):
    shown, stated = calibration_curve(judged[1], judged[0], n_bins=10, strategy=strategy)
    found = bins(*judged)
    assert [one.accuracy.value for one in found] == pytest.approx(shown)
    assert [one.confidence for one in found] == pytest.approx(stated)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_every_case_is_in_one_bin_and_every_error_between_0_and_1(cases):
    confidence, right = np.array(cases, dtype=float).T
    for bins in (equal_mass_bins(confidence, right == 1), equal_width_bins(confidence, right == 1)):
        assert sum(one.accuracy.total for one in bins) == len(cases)
        assert all(one.low - 1e-9 <= one.confidence <= one.high + 1e-9 for one in bins)
        assert 0 <= calibration_error(bins) <= 1
        assert debiased_error(bins) <= 1


def test_chance_alone_makes_the_usual_error_of_a_calibrated_model_large_and_debiasing_halves_it():
    random = np.random.default_rng(0)
    bins = [equal_mass_bins(*too_sure(random, 342, 0.0)) for _ in range(100)]
    usual = np.mean([calibration_error(one) for one in bins])
    debiased = np.mean([debiased_error(one) for one in bins])
    assert usual > 0.04
    assert debiased < 0.65 * usual


def test_the_debiased_error_is_right_on_average_where_there_is_one():
    random = np.random.default_rng(1)
    bins = [equal_mass_bins(*too_sure(random, 342, 0.08)) for _ in range(100)]
    assert np.mean([debiased_error(one) for one in bins]) == pytest.approx(0.08, abs=0.008)
    assert np.mean([calibration_error(one) for one in bins]) > 0.085


def test_a_bootstrap_alone_would_leave_out_the_error_of_a_calibrated_model_far_too_often():
    random, missed = np.random.default_rng(4), 0
    for _ in range(30):
        confidence, right = too_sure(random, 342, 0.0)
        errors = resampled_errors(confidence, right)
        bias = errors.mean() - debiased_error(equal_mass_bins(confidence, right))
        missed += np.quantile(errors, 0.025) - bias > 0
    assert missed / 30 > 0.15
