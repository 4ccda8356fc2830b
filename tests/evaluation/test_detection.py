import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from workup.errors import DataError
from workup.evaluation.detection import auroc, detection


def test_auroc_is_that_of_scikit_learn():
    random = np.random.default_rng(5)
    inside, outside = random.integers(0, 6, 40).astype(float), random.integers(2, 9, 15).astype(float)
    expected = roc_auc_score([0] * 40 + [1] * 15, np.concatenate([inside, outside]))
    found = auroc(inside, outside)
    assert found.value == pytest.approx(expected)
    assert found.low < expected < found.high


@pytest.mark.parametrize(
    ("moved", "truth"), [(0.5, 0.6382), (2.0, 0.9214)]
)  # of normal scores: Phi(d / sqrt(2))
def test_the_interval_of_auroc_holds_the_truth_about_as_often_as_it_says(moved, truth):
    random, held = np.random.default_rng(6), 0
    for _ in range(300):
        found = auroc(random.normal(0, 1, 60), random.normal(moved, 1, 25))
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 300 <= 0.995


def test_perfect_detection_of_a_few_is_not_certain():
    found = auroc(np.zeros(50), np.ones(10))
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.7 < found.low < 0.97
    worst = auroc(np.ones(50), np.zeros(10))
    assert (worst.low, worst.value) == (0.0, 0.0)
    assert worst.high == pytest.approx(1 - found.low)


def test_detection_counts_alarms_on_both_sides():
    found = detection(np.array([0.5, 0.04, 0.9, 1.0]), np.array([0.01, 0.05, 0.2]))
    assert (found.detected.right, found.detected.total) == (2, 3)
    assert (found.false_alarms.right, found.false_alarms.total) == (1, 4)
    assert found.auroc.value == pytest.approx(10 / 12)
    assert found.to_json()["alpha"] == 0.05


def test_nothing_can_be_said_of_one_kind_alone():
    with pytest.raises(DataError, match="some of both"):
        detection(np.zeros(3), np.zeros(0))
