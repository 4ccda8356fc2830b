import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

from closed_set import planted, reference_cases
from workup.errors import DataError
from workup.evaluation.calibration import cross_fitted, fit_temperature, folds, probabilities
from workup.evaluation.reliability import log_score


class Scores(ClassifierMixin, BaseEstimator):
    """A classifier whose inputs are its scores."""

    def fit(self, x, y):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, x):
        return x

    def predict(self, x):
        return self.classes_[x.argmax(axis=1)]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_a_planted_temperature_is_found_again(temperature):
    scores, truth = planted(np.random.default_rng(0), 3000, temperature=temperature)
    assert fit_temperature(scores, truth) == pytest.approx(temperature, rel=0.05)


def test_with_as_few_cases_as_a_clinic_has_it_is_found_on_average_and_to_a_tenth():
    random = np.random.default_rng(1)
    found = [fit_temperature(*planted(random, 342, 171, 1.6)) for _ in range(20)]
    assert np.mean(found) == pytest.approx(1.6, rel=0.03)
    assert np.std(found) < 0.16


def test_the_temperature_is_that_of_scikit_learn_but_for_the_weak_prior():
    scores, truth = reference_cases()
    theirs = CalibratedClassifierCV(FrozenEstimator(Scores().fit(scores, truth)), method="temperature")
    their_probabilities = theirs.fit(scores, truth).predict_proba(scores)
    assert probabilities(scores, fit_temperature(scores, truth)) == pytest.approx(
        their_probabilities, abs=0.01
    )


def test_a_model_that_is_right_every_time_is_not_given_certainty():
    scores = np.eye(4)[[0, 1, 2, 3] * 5] * 2.0
    truth = np.array([0, 1, 2, 3] * 5)
    surest = probabilities(scores, fit_temperature(scores, truth)).max()
    assert 0.9 < surest < 1 - 1 / 2000


def test_a_constant_added_to_a_case_changes_nothing():
    scores, truth = reference_cases()
    moved = scores - np.arange(60)[:, None]
    assert fit_temperature(moved, truth) == pytest.approx(fit_temperature(scores, truth))
    assert probabilities(moved) == pytest.approx(probabilities(scores))


def test_each_case_is_judged_by_the_temperature_of_the_other_folds():
    scores, truth = planted(np.random.default_rng(2), 100, temperature=3.0)
    found = cross_fitted(scores, truth)
    rest, held = next(folds(100))
    assert found[held] == pytest.approx(
        probabilities(scores[held], fit_temperature(scores[rest], truth[rest]))
    )
    assert found.sum(axis=1) == pytest.approx(np.ones(100))
    assert log_score(found, truth) < log_score(probabilities(scores), truth)


def test_every_case_is_in_one_fold():
    held = np.concatenate([held for _, held in folds(23)])
    assert sorted(held.tolist()) == list(range(23))
    assert all(not set(rest) & set(held) for rest, held in folds(23))


def test_too_few_cases_cannot_be_parted():
    scores, truth = reference_cases()
    with pytest.raises(DataError, match="at least 5"):
        cross_fitted(scores[:4], truth[:4])


@pytest.mark.parametrize(
    ("scores", "truth", "said"),
    [
        (np.zeros((3, 2)), np.zeros(2, int), r"\(3, 2\).*do not fit"),
        (np.zeros((0, 2)), np.zeros(0, int), "at least 1"),
        (np.array([[0.0, -1.0], [0.0, -np.inf]]), np.zeros(2, int), "case 1 .*not finite"),
        (np.zeros((3, 2)), np.array([0, 1, 2]), "case 2 .*is 2"),
        (np.zeros((3, 2)), np.array([0, -1, 1]), "case 1 .*is -1"),
    ],
)
def test_what_cannot_be_calibrated_on_is_refused(scores, truth, said):
    with pytest.raises(DataError, match=said):
        fit_temperature(scores, truth)
