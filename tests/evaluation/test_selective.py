import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closed_set import reference_cases
from workup.errors import DataError
from workup.evaluation.calibration import probabilities
from workup.evaluation.selective import OperatingPoint, area, at_accuracy, at_coverage, risk_coverage

CONFIDENCE = np.array([0.9, 0.8, 0.8, 0.6, 0.5])
RIGHT = np.array([True, True, False, True, False])


def test_the_curve_answers_equal_confidences_together():
    found = risk_coverage(CONFIDENCE, RIGHT)
    assert found.thresholds == (0.9, 0.8, 0.6, 0.5)
    assert found.coverage == pytest.approx((0.2, 0.6, 0.8, 1.0))
    assert found.risk == pytest.approx((0, 1 / 3, 1 / 4, 2 / 5))


def test_the_area_is_that_of_the_reference_library():
    scores, truth = reference_cases()
    stated = probabilities(scores)
    # uncertainty-calibration 0.1.4: one minus the area of get_selective_stats
    assert area(stated.max(axis=1), stated.argmax(axis=1) == truth) == pytest.approx(0.28067033297371213)


def test_the_area_of_ties_is_that_of_their_random_order():
    random = np.random.default_rng(0)
    broken = [area(CONFIDENCE + random.random(5) * 1e-6, RIGHT) for _ in range(500)]
    assert area(CONFIDENCE, RIGHT) == pytest.approx(np.mean(broken), abs=0.005)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_no_order_is_better_than_the_perfect_one_and_none_worse_than_the_reverse(cases):
    confidence, right = np.array(cases, dtype=float).T
    right = right == 1
    best, worst = area(right.astype(float), right), area((~right).astype(float), right)
    assert best - 1e-9 <= area(confidence, right) <= worst + 1e-9


def test_nothing_is_in_excess_where_every_wrong_answer_is_less_sure():
    found = risk_coverage(np.array([0.9, 0.8, 0.4, 0.3]), np.array([True, True, False, False]))
    assert found.excess.value == 0
    assert found.area.value == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    json.dumps(found.to_json())


def test_confidence_that_says_nothing_has_the_area_of_the_error_rate():
    random = np.random.default_rng(1)
    assert area(random.random(20_000), random.random(20_000) < 0.7) == pytest.approx(0.3, abs=0.02)


def test_the_lowest_threshold_that_reaches_the_accuracy_is_chosen():
    found = at_accuracy(CONFIDENCE, RIGHT, 0.75)
    assert found.threshold == 0.6
    assert (found.answered.right, found.right.right, found.right.total) == (4, 3, 4)
    assert at_accuracy(CONFIDENCE, ~RIGHT, 0.9) is None


def test_the_wished_share_is_answered_or_a_little_more_where_confidences_are_equal():
    assert at_coverage(CONFIDENCE, RIGHT, 0.4).answered.right == 3
    assert at_coverage(CONFIDENCE, RIGHT, 1.0).threshold == 0.5
    assert at_coverage(CONFIDENCE, RIGHT, 0.01).answered.right == 1


def test_accuracy_on_new_cases_is_near_the_wished_one_but_not_promised():
    random, reached = np.random.default_rng(2), []
    for _ in range(200):
        confidence = random.random(700)
        right = random.random(700) < confidence
        chosen = at_accuracy(confidence[:350], right[:350], 0.8)
        reached.append(OperatingPoint.at(chosen.threshold, confidence[350:], right[350:]).right.value)
    assert np.mean(reached) == pytest.approx(0.8, abs=0.02)
    assert 0.2 < np.mean(np.array(reached) >= 0.8) < 0.7


def test_an_operating_point_is_read_as_it_was_written():
    found = at_accuracy(CONFIDENCE, RIGHT, 0.75)
    assert OperatingPoint.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize("share", [0, 1.5, 90])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(DataError, match="such as"):
        at_coverage(CONFIDENCE, RIGHT, share)
    with pytest.raises(DataError, match="wished accuracy"):
        at_accuracy(CONFIDENCE, RIGHT, share)


def test_outcomes_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="do not fit"):
        risk_coverage(CONFIDENCE, RIGHT[:3])
