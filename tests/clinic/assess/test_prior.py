import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from workup.clinic.assess.prior import WordPrior, fit_share
from workup.evaluation.baselines import vectorizer

CONTENTS = ["red spots and fever", "red spots that itch", "cough and fever", "cough with phlegm"]
LABELS = np.array([0, 0, 2, 2])


@pytest.fixture(scope="module")
def prior():
    return WordPrior.fit(CONTENTS, np.array([0, 1, 2, 2]), conditions=4)


def test_it_is_the_regression_of_scikit_learn(prior):
    reference = make_pipeline(vectorizer(), LogisticRegression(C=10.0, max_iter=2000))
    reference.fit(CONTENTS, [0, 1, 2, 2])
    asked = ["spots", "fever and cough", "nothing known"]
    ours = prior.log_probabilities(asked)
    assert ours[:, :3] == pytest.approx(reference.predict_log_proba(asked), abs=1e-4)


def test_a_negated_finding_is_another_word(prior):
    told, denied = prior.log_probabilities(["has fever", "has no fever"])
    assert told[0] > denied[0]


def test_a_condition_without_a_training_case_never_wins(prior):
    assert (prior.log_probabilities(["fever", "anything"])[:, 3] < -15).all()


def test_it_says_the_same_after_it_was_saved(prior, tmp_path):
    prior.save(tmp_path)
    asked = ["cough and red spots"]
    again = WordPrior.load(tmp_path).log_probabilities(asked)
    assert again == pytest.approx(prior.log_probabilities(asked), abs=1e-5)


def test_words_that_know_count_and_words_that_do_not_are_left_out():
    truth = np.arange(60) % 3
    knowing = np.where(np.eye(3)[truth] > 0, 0.0, -3.0)
    ignorant = np.random.default_rng(0).normal(size=(60, 3))
    assert fit_share(ignorant, knowing, truth) > 1.5
    assert fit_share(knowing, ignorant, truth) < 0.2


def test_words_that_no_case_had_are_counted_and_numbers_are_not(prior):
    shares = prior.unknown_share(["cough and fever 39.2", "cough Verspätung", "12 34", ""])
    assert shares[0] < shares[1] == pytest.approx(0.5)
    assert shares[2:].tolist() == [1.0, 1.0]
