import json

import numpy as np
import pytest

from closed_set import planted
from workup.errors import DataError
from workup.evaluation.bands import WORDS
from workup.evaluation.calibrated import Calibration, held_out
from workup.evaluation.conformal import coverage
from workup.evaluation.reliability import reliability


@pytest.fixture(scope="module")
def cases():
    return planted(np.random.default_rng(0), 400, temperature=2.0)


@pytest.fixture(scope="module")
def calibration(cases):
    return Calibration.fit(*cases, data="validation", accuracy=0.6)


def test_a_calibration_is_read_as_it_was_written(calibration, cases):
    again = Calibration.from_json(json.loads(json.dumps(calibration.to_json())))
    assert again == calibration
    assert (again.sets(cases[0]) == calibration.sets(cases[0])).all()


def test_on_new_cases_probabilities_are_calibrated_and_were_not_before(calibration):
    new, truth = planted(np.random.default_rng(1), 2000, temperature=2.0)
    raw, honest = np.exp(new) / np.exp(new).sum(axis=1, keepdims=True), calibration.probabilities(new)
    before, after = (reliability(p.max(axis=1), p.argmax(axis=1) == truth) for p in (raw, honest))
    assert before.error.low > 0.1
    assert after.error.value < 0.03


def test_fitting_the_temperature_on_the_same_cases_costs_no_coverage():
    random, held = np.random.default_rng(2), []
    for _ in range(60):
        scores, truth = planted(random, 600, temperature=2.0)
        one = Calibration.fit(scores[:100], truth[:100], data="some")
        held.append(coverage(one.sets(scores[100:]), truth[100:]).held.value)
    assert 0.89 <= np.mean(held) <= 0.925


def test_kinds_of_answers_have_thresholds_of_their_own(cases):
    kinds = ["common"] * 18 + ["rare"] * 2
    found = Calibration.fit(*cases, data="validation", kinds=kinds, score="aps", alpha=0.2)
    assert set(found.thresholds.groups) == {"common", "rare"}
    assert Calibration.from_json(found.to_json()) == found
    assert found.sets(cases[0]).any(axis=1).all()


def test_a_word_comes_with_how_often_it_was_right(calibration):
    assert [band.word for band in calibration.bands] == list(WORDS)
    assert sum(band.accuracy.total for band in calibration.bands) == 400
    assert calibration.band(0.7).word == "likely"
    assert calibration.band(0.9).word == calibration.band(1.0).word == "very likely"
    assert all(band.holds for band in calibration.bands)


def test_only_what_is_sure_enough_is_answered(calibration):
    threshold = calibration.operating_point.threshold
    assert calibration.answered(np.array([threshold, threshold - 0.01])).tolist() == [True, False]
    assert calibration.operating_point.right.value >= 0.6


def test_where_no_threshold_reaches_the_wished_accuracy_nothing_is_answered():
    random = np.random.default_rng(3)
    scores, truth = np.tile(random.normal(size=5), (50, 1)), random.integers(0, 5, 50)
    found = Calibration.fit(scores, truth, data="noise", accuracy=0.99)
    assert found.operating_point is None
    assert not found.answered(np.array([0.1, 1.0])).any()
    assert Calibration.from_json(found.to_json()) == found


def test_held_out_figures_are_of_calibrations_that_had_not_seen_the_case(cases):
    found = held_out(*cases, accuracy=0.6)
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(400))
    assert 0.85 <= coverage(found.sets, cases[1]).held.value <= 0.95
    assert 0 < found.answered.mean() < 1
    changed = cases[1].copy()
    changed[0] = (changed[0] + 1) % 20
    assert held_out(cases[0], changed, accuracy=0.6).probabilities[0] == pytest.approx(found.probabilities[0])


def test_a_calibration_is_not_applied_to_another_closed_set(calibration):
    with pytest.raises(DataError, match="of 20 answers, not 7"):
        calibration.sets(np.zeros((1, 7)))


@pytest.mark.parametrize(
    ("values", "said"),
    [({}, "of None"), ({"format": 2}, "of 2"), ([], "of None"), ({"format": 1}, "incomplete")],
)
def test_what_is_no_calibration_is_refused(values, said):
    with pytest.raises(DataError, match=said):
        Calibration.from_json(values)


def test_wrong_choices_are_refused(cases):
    with pytest.raises(DataError, match="2 kinds for 20 answers"):
        Calibration.fit(*cases, data="validation", kinds=["a", "b"])
    with pytest.raises(DataError, match="no conformal score"):
        Calibration.fit(*cases, data="validation", score="best")
    with pytest.raises(DataError, match="at least 5"):
        Calibration.fit(cases[0][:3], cases[1][:3], data="validation")
