import math

import numpy as np
import pytest

from closed_set import planted, reference_cases
from workup.errors import DataError
from workup.evaluation.calibration import probabilities
from workup.evaluation.conformal import (
    SCORES,
    Thresholds,
    aps,
    coverage,
    coverage_range,
    fit_thresholds,
    lac,
    least_group,
    raps,
    score,
    sets,
    threshold,
)


@pytest.fixture
def stated():
    scores, truth = reference_cases()
    return probabilities(scores), truth


@pytest.mark.parametrize(
    ("alpha", "limit", "sizes"),
    # MAPIE 1.6.0, SplitConformalClassifier(conformity_score="lac", prefit=True), 40 cases calibrate 20
    [
        (0.1, 0.96846325, [2, 4, 4, 4, 5, 3, 4, 3, 2, 2, 4, 6, 4, 2, 2, 3, 2, 3, 3, 2]),
        (0.2, 0.81369014, [2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 3, 2, 2, 2, 2, 2, 3, 2]),
        (0.35, 0.59295164, [2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 0, 0, 0, 1, 2, 1, 1, 2, 0, 1]),
    ],
)
def test_thresholds_and_sets_are_those_of_the_reference_library(stated, alpha, limit, sizes):
    fits, truth = lac(stated[0]), stated[1]
    found = fit_thresholds(fits[np.arange(40), truth[:40]], alpha)
    assert found.marginal == pytest.approx(limit)
    # Where MAPIE's set is empty, ours holds the best answer.
    assert sets(fits[40:], found.marginal).sum(axis=1).tolist() == [max(1, size) for size in sizes]


def test_scores_are_those_of_the_reference_library(stated):
    # torchcp 1.2.1, APS(randomized=False) and RAPS(randomized=False, penalty=0.01, kreg=5)
    expected = [0.98651235, 1.0, 0.87386481, 0.97233914, 0.38915846, 0.77092774]
    rows = np.arange(40)
    assert aps(stated[0])[50] == pytest.approx(expected)
    assert aps(stated[0])[rows, stated[1][:40]].sum() == pytest.approx(25.109937418426984)
    expected[1] += 0.01
    assert raps(stated[0])[50] == pytest.approx(expected)
    assert raps(stated[0])[rows, stated[1][:40]].sum() == pytest.approx(25.139937417756432)


@pytest.mark.parametrize("name", SCORES)
def test_sets_hold_the_right_answer_as_often_as_promised_on_average(name):
    random, alpha, held = np.random.default_rng(0), 0.1, []
    for _ in range(150):
        log_probabilities, truth = planted(random, 300, temperature=2.0)
        fits = score(name)(probabilities(log_probabilities))
        limit = fit_thresholds(fits[np.arange(100), truth[:100]], alpha).marginal
        held.append(coverage(sets(fits[100:], limit), truth[100:]).held.value)
    assert 0.895 <= np.mean(held) <= 0.93


def test_a_group_that_the_model_is_bad_at_keeps_the_promise_only_with_a_threshold_of_its_own():
    random, alone, shared = np.random.default_rng(1), [], []
    kinds = ["easy"] * 10 + ["hard"] * 10
    for _ in range(100):
        log_probabilities, truth = planted(random, 600)
        log_probabilities[:, 10:] -= 1.5  # the model underrates every hard answer
        fits = lac(probabilities(log_probabilities))
        found = fit_thresholds(fits[np.arange(300), truth[:300]], 0.1, [kinds[one] for one in truth[:300]])
        names = [kinds[one] for one in truth[300:]]
        for limits, held in ((found.of(kinds), alone), (found.marginal, shared)):
            held.append(coverage(sets(fits[300:], limits), truth[300:], names).groups["hard"].value)
    assert np.mean(alone) >= 0.895
    assert np.mean(shared) < 0.87


def test_a_small_group_shares_the_threshold_of_all():
    fits = np.linspace(0, 1, 60)
    found = fit_thresholds(fits, 0.1, ["large"] * 42 + ["small"] * 18)
    assert set(found.groups) == {"large"}
    assert found.of(["small", "large", "never seen"]).tolist() == [
        found.marginal,
        found.groups["large"],
        found.marginal,
    ]
    assert least_group(0.1) == 19


def test_with_too_few_cases_the_set_is_everything():
    assert threshold(np.zeros(8), 0.1) == math.inf
    assert threshold(np.arange(9.0), 0.1) == 8.0
    assert sets(np.random.default_rng(2).random((3, 5)), math.inf).all()


@pytest.mark.parametrize(
    ("cases", "alpha", "place"), [(9, 0.1, 9), (19, 0.05, 19), (99, 0.1, 90), (99, 0.05, 95)]
)
def test_the_place_of_the_threshold_is_not_moved_by_rounding(cases, alpha, place):
    assert threshold(np.arange(1.0, cases + 1), alpha) == place


def test_a_set_is_never_empty():
    assert sets(np.array([[0.7, 0.6, 0.9]]), 0.1).tolist() == [[False, True, False]]


def test_the_coverage_of_one_calibration_spreads_as_foreseen():
    random = np.random.default_rng(3)
    reached = [threshold(random.random(100), 0.1) for _ in range(2000)]  # of uniform scores, the coverage
    assert np.quantile(reached, [0.025, 0.975]) == pytest.approx(coverage_range(100, 0.1), abs=0.01)
    assert coverage_range(5, 0.1) == (1.0, 1.0)


def test_coverage_is_counted_by_group():
    members = np.array([[True, False], [True, True], [False, True], [True, False]])
    found = coverage(members, np.array([0, 1, 0, 0]), ["a", "a", "b", "b"])
    assert (found.held.right, found.held.total, found.mean_size) == (3, 4, 1.25)
    assert (found.groups["a"].right, found.groups["b"].right) == (2, 1)
    assert found.to_json()["groups"]["b"]["total"] == 2


def test_thresholds_are_read_as_they_were_written():
    found = Thresholds(0.1, math.inf, {"a": 0.5, "b": math.inf}, 7)
    assert Thresholds.from_json(found.to_json()) == found
    assert found.to_json()["marginal"] is None


def test_wrong_requests_are_refused():
    with pytest.raises(DataError, match="between 0 and 1"):
        fit_thresholds(np.zeros(3), 90)
    with pytest.raises(DataError, match="2 groups for 3 cases"):
        fit_thresholds(np.zeros(3), 0.1, ["a", "b"])
    with pytest.raises(DataError, match="did you mean 'raps'"):
        score("rasp")
