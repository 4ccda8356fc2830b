import numpy as np
import pytest

from workup.pipeline.scoring.closed_set import ClosedSet
from workup.pipeline.scoring.following import Beside, Followed, FollowedBeside
from workup.pipeline.scoring.reading import Read
from workup.pipeline.scoring.trie import Trie, block_of
from workup.recipe import Tokens

# Answers A to D; A and B share their beginning, C and D are read without a choice.
TRIE = Trie.of([(0, 5, 6, 1), (0, 5, 7, 1), (0, 8, 9, 1), (0, 10, 11, 1)])
STEPS = {5: 0.6, 6: 0.9, 7: 0.1, 8: 0.399, 9: 1.0, 10: 0.001, 11: 1.0, 1: 1.0}
WITHIN = float(np.log(100))
MODEL = [0.54, 0.06, 0.399, 0.001]


def follow(followed):
    """Read on to the end; returns the last tokens of the nodes that each round read."""
    rounds, nodes = [], followed.first()
    while len(nodes):
        block = block_of(TRIE, nodes)
        rounds.append(sorted(TRIE.tokens[nodes].tolist()))
        steps = np.log([STEPS[int(token)] for token in TRIE.tokens[block.predicted]])
        nodes = followed.after(block, Read(steps, np.full(len(nodes), -9.0)))
    return rounds


def beside(weights, likely=0.5):
    one = Beside(np.array([weights], dtype=float), WITHIN, likely)
    return FollowedBeside(TRIE, 1, 1e-9, one, one.weights[0])


def test_all_is_followed_where_nothing_is_below_the_floor():
    followed = Followed(TRIE, 1, 1e-9)
    assert follow(followed) == [[0], [5, 8, 9, 10, 11], [6, 7]]
    np.testing.assert_allclose(np.exp(followed.sums[TRIE.ends]), MODEL)


def test_what_is_below_the_floor_is_not_followed():
    followed = Followed(TRIE, 1, 0.1)
    assert follow(followed) == [[0], [5, 8, 9], [6]]
    np.testing.assert_allclose(np.exp(followed.sums[TRIE.ends]), [0.54, 0, 0.399, 0])


def test_the_way_to_what_the_other_speaks_for_is_read_first():
    assert follow(beside([0, 0, 0, 20]))[0] == [0, 10, 11]


def test_what_cannot_come_out_likely_together_is_not_followed():
    followed = beside([0, 0, -9, 20], likely=0.55)
    assert follow(followed) == [[0, 10, 11], [5]]  # 5 by itself is likely, all behind it is not
    assert np.isneginf(followed.sums[TRIE.ends[[0, 1, 2]]]).tolist() == [True, True, True]


def test_what_may_come_out_likely_together_is_told_exactly():
    followed = beside([0, 0, 3, 5])
    follow(followed)
    weights = np.array([0, 0, 3, 5])
    together, exact = followed.sums[TRIE.ends] + weights, np.log(MODEL) + weights
    near = exact >= exact.max() - WITHIN
    assert near.tolist() == [True, False, True, True]
    np.testing.assert_allclose(together[near], exact[near])


@pytest.mark.parametrize("family", ["t5", "bart"])
def test_with_weights_beside_a_real_model_the_likely_answers_are_as_exact(make, tokenizer, family):
    answers = {name: [name] for name in ("yellow", "yellow as a lemon", "black", "black as coal", "blue")}
    sources = ["a lemon", "coal from an old book", "x"]
    closed = ClosedSet(make(family), tokenizer, answers, Tokens(source_length=48, target_length=16))
    exact = closed.score(sources).log_probabilities
    weights = np.random.default_rng(0).normal(scale=8, size=exact.shape)
    together, within = exact + weights, 4.0
    near = together >= together.max(axis=1, keepdims=True) - within
    assert 3 <= near.sum() < near.size
    found = closed.score(sources, 1e-300, Beside(weights, within, 0.9)).log_probabilities
    np.testing.assert_allclose(found[near], exact[near], atol=1e-4)
    left_out = np.abs(found - exact) > 1e-4
    assert left_out.any()
    mass = np.exp([np.logaddexp.reduce(one, axis=1) for one in (found, exact)])
    assert (mass[0] > mass[1] - 1e-6).all()  # what is left out has its share of its beginning
