import numpy as np
import pytest
from scipy.linalg import null_space

from workup.isolate.linear import Model, seed_noise


@pytest.fixture
def drawn():
    generator = np.random.default_rng(1)
    columns = np.column_stack([generator.integers(0, 2, size=(12, 3)), np.zeros(12)]).astype(float)
    values = 5 - 2 * columns[:, 0] + generator.normal(size=12)
    return values, columns, seed_noise(np.arange(12) % 4, 0.5)


def test_likelihoods_are_those_of_the_contrasts_that_the_mean_does_not_touch(drawn):
    values, columns, noise = drawn
    pairs, size = np.array([[3, 3], [0, 3], [0, 1], [1, 2]]), 2.0
    found = Model(values, columns, noise, pairs).fits(size).log_likelihoods
    contrasts = null_space(np.ones((1, 12)))
    expected = []
    for pair in pairs:
        covariance = noise + size**2 * columns[:, pair] @ columns[:, pair].T
        within = contrasts.T @ covariance @ contrasts
        z = contrasts.T @ values
        squares = z @ np.linalg.solve(within, z)
        expected.append(-np.linalg.slogdet(within)[1] / 2 - 11 / 2 * np.log(squares))
    assert found - found[0] == pytest.approx(np.array(expected) - expected[0])


def test_effects_and_mean_are_those_of_least_squares_where_the_prior_is_wide(drawn):
    values, columns, _ = drawn
    fits = Model(values, columns, np.eye(12), np.array([[0, 1]])).fits(1e4)
    expected, *_ = np.linalg.lstsq(np.column_stack([np.ones(12), columns[:, :2]]), values)
    assert [*fits.means, *fits.effects[0]] == pytest.approx(expected.tolist(), abs=1e-5)


def test_trials_of_one_seed_share_their_part_of_the_noise():
    assert seed_noise(np.array([1, 2, 1]), 0.9).tolist() == [[1.0, 0, 0.9], [0, 1, 0], [0.9, 0, 1.0]]
