import numpy as np
import pytest

from workup.isolate.culprits import accused
from workup.isolate.design import candidates, most_telling
from workup.isolate.explanations import Explanations

NAMES = list("abcdefgh")


@pytest.fixture
def after_the_ends():
    """What is known once only the two ends were measured, and they differ."""
    explanations = Explanations(8)
    changes = np.repeat([[0.0] * 8, [1.0] * 8], 4, axis=0)
    values = np.array([0.1, -0.1, 0.05, 0.0, -4.0, -4.1, -3.9, -4.05])
    posterior = explanations.posterior(values, changes, np.tile(np.arange(4), 2))
    return explanations, posterior, [accused(one, NAMES) for one in posterior.likely]


def test_candidates_are_of_every_size_and_none_is_there_twice(after_the_ends):
    _, posterior, _ = after_the_ends
    settings = candidates(posterior, 8, np.random.default_rng(0))
    assert set(settings.sum(axis=1)) == set(range(9))
    assert len(np.unique(settings, axis=0)) == len(settings)


def test_the_first_question_divides_the_suspects(after_the_ends):
    explanations, posterior, answers = after_the_ends
    settings = candidates(posterior, 8, np.random.default_rng(0))
    (row,) = most_telling(explanations, posterior, answers, settings, 1)
    assert 3 <= row.sum() <= 6


def test_questions_that_are_asked_together_differ(after_the_ends):
    explanations, posterior, answers = after_the_ends
    settings = candidates(posterior, 8, np.random.default_rng(0))
    rows = most_telling(explanations, posterior, answers, settings, 3)
    assert len(np.unique(rows, axis=0)) == 3
