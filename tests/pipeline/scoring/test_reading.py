import numpy as np
import torch

from workup.pipeline.scoring.reading import Rest

ROWS, TOKENS = np.array([0, 0, 2, 600]), np.array([4, 1, 0, 9])


def logits(size=700, tokens=10):
    torch.manual_seed(0)
    return 3 * torch.randn(size, tokens)


def rest(all_of_them):
    return Rest.of(lambda chunk: all_of_them[chunk].clone(), len(all_of_them), ROWS, TOKENS)


def test_named_tokens_beside_the_rest_have_the_probabilities_of_a_softmax():
    given = logits()
    named, _ = rest(given).beside(ROWS, given[ROWS, TOKENS].double().numpy())
    np.testing.assert_allclose(named, torch.log_softmax(given, -1)[ROWS, TOKENS], atol=1e-5)


def test_the_highest_of_the_rest_is_none_that_is_named():
    given = logits()
    given[0, 4] = given[2, 0] = 50.0  # would be the highest
    _, highest = rest(given).beside(ROWS, given[ROWS, TOKENS].double().numpy())
    expected = torch.log_softmax(given, -1)
    expected[ROWS, TOKENS] = -torch.inf
    np.testing.assert_allclose(highest, expected.amax(-1), atol=1e-5)


def test_how_exactly_the_rest_is_known_counts_for_no_more_than_its_share():
    given = logits()
    given[ROWS, TOKENS] += 20.0
    blurred = given + 0.05 * torch.randn_like(given)
    exact = given[ROWS, TOKENS].double().numpy()
    named, _ = rest(blurred).beside(ROWS, exact)
    np.testing.assert_allclose(named, rest(given).beside(ROWS, exact)[0], atol=2e-5)
