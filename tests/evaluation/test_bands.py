import numpy as np

from workup.evaluation.bands import WORDS, Band, bands
from workup.evaluation.metrics import Proportion


def test_every_confidence_has_one_word_and_a_bound_belongs_to_the_surer_one():
    found = bands(np.array([0.0, 0.33, 0.66, 0.89, 0.9, 1.0]), np.array([0, 1, 1, 0, 1, 1], bool))
    assert [(one.word, one.accuracy.right, one.accuracy.total) for one in found] == [
        ("unlikely", 0, 1),
        ("about as likely as not", 1, 1),
        ("likely", 1, 2),
        ("very likely", 2, 2),
    ]
    assert [one.low for one in found] == list(WORDS.values())


def test_a_word_that_its_accuracy_contradicts_does_not_hold():
    assert not Band("very likely", 0.9, 1.0, Proportion(50, 100)).holds
    assert Band("very likely", 0.9, 1.0, Proportion(1, 2)).holds
    assert Band("very likely", 0.9, 1.0, Proportion(0, 0)).holds
