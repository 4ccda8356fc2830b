import numpy as np
import pytest

from workup.isolate.explanations import PRIOR, Explanations


def measured(acts, count=6, trials=40, noise=0.5):
    """Values, changes and seeds of random settings; `acts` gives the effect of each."""
    generator = np.random.default_rng(2)
    changes = generator.integers(0, 2, size=(trials, count)).astype(float)
    return acts(changes) + noise * generator.normal(size=trials), changes, np.arange(trials) % 5


@pytest.mark.parametrize(
    ("acts", "members", "when"),
    [
        (lambda c: -2 * c[:, 3], (3,), "all"),
        (lambda c: -2 * c[:, 1] * c[:, 4], (1, 4), "all"),
        (lambda c: -2 * np.maximum(c[:, 1], c[:, 4]), (1, 4), "any"),
    ],
)
def test_what_was_planted_is_the_most_probable_explanation(acts, members, when):
    best = Explanations(6).posterior(*measured(acts)).likely[0]
    assert [(term.members, term.when) for term in best.terms] == [(members, when)]
    assert best.probability > 0.5
    assert best.effects[0] == pytest.approx(-2, abs=0.4)


def test_two_effects_are_two_terms():
    best = Explanations(6).posterior(*measured(lambda c: -2 * c[:, 0] + 3 * c[:, 5])).likely[0]
    assert [term.members for term in best.terms] == [(0,), (5,)]


def test_noise_alone_is_explained_by_nothing():
    posterior = Explanations(6).posterior(*measured(lambda c: 0 * c[:, 0]))
    assert posterior.none > PRIOR["none"]


def test_what_no_two_terms_can_explain_is_other():
    def parity(changes):
        return 5 * (changes[:, :4].sum(axis=1) % 2)

    assert Explanations(4).posterior(*measured(parity, count=4, noise=0.1)).other > 0.8


def test_all_probabilities_together_are_one():
    posterior = Explanations(3).posterior(*measured(lambda c: -c[:, 0], count=3))
    assert sum(e.probability for e in posterior.likely) + posterior.other == pytest.approx(1)


def test_a_single_difference_can_be_explained_too():
    posterior = Explanations(1).posterior(*measured(lambda c: -2 * c[:, 0], count=1))
    assert posterior.likely[0].terms[0].members == (0,)
