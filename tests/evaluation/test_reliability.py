import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from closed_set import reference_cases, too_sure
from workup.errors import DataError
from workup.evaluation.calibration import probabilities
from workup.evaluation.reliability import brier, log_score, reliability


@pytest.fixture
def judged():
    scores, truth = reference_cases()
    stated = probabilities(scores)
    return stated.max(axis=1), stated.argmax(axis=1) == truth


def test_brier_and_log_score_are_those_of_scikit_learn():
    scores, truth = reference_cases()
    stated = probabilities(scores)
    assert brier(stated, truth) == pytest.approx(
        brier_score_loss(truth, stated, labels=range(6), scale_by_half=False)
    )
    assert log_score(stated, truth) == pytest.approx(log_loss(truth, stated, labels=range(6)))


def test_what_was_called_impossible_and_happened_has_an_infinite_log_score():
    assert log_score(np.array([[1.0, 0.0]]), np.array([1])) == np.inf


@pytest.mark.parametrize("excess", [0.0, 0.05, 0.15])
def test_the_interval_holds_the_true_error_about_as_often_as_it_says(excess):
    random, rounds = np.random.default_rng(2), 30
    found = [reliability(*too_sure(random, 342, excess)).error for _ in range(rounds)]
    assert sum(one.low <= excess <= one.high for one in found) >= 0.87 * rounds


def test_a_calibrated_model_is_refuted_about_once_in_twenty_and_one_that_is_too_sure_nearly_always():
    random = np.random.default_rng(3)
    honest = [reliability(*too_sure(random, 200, 0.0)).calibrated for _ in range(40)]
    boasting = [reliability(*too_sure(random, 200, 0.2)).calibrated for _ in range(20)]
    assert sum(honest) >= 35
    assert sum(boasting) == 0


def test_everything_can_be_written_down(judged):
    found = reliability(*judged)
    written = found.to_json()
    assert written["bins"][0]["accuracy"]["total"] == 6
    assert written["error"]["low"] <= written["error"]["value"] <= written["error"]["high"]
    assert found.confidence < found.accuracy.value


def test_one_case_is_judged_and_says_nothing():
    found = reliability(np.array([0.9]), np.array([True]))
    assert found.calibrated
    assert found.error.low == 0.0


@pytest.mark.parametrize(
    ("confidence", "right", "said"),
    [
        (np.array([0.5, 1.2]), np.array([True, False]), "case 1 is 1.2"),
        (np.array([0.5, np.nan]), np.array([True, False]), "case 1 is nan"),
        (np.array([0.5]), np.array([True, False]), "do not fit"),
        (np.array([]), np.array([], bool), "at least one case"),
    ],
)
def test_what_is_no_confidence_is_refused(confidence, right, said):
    with pytest.raises(DataError, match=said):
        reliability(confidence, right)
