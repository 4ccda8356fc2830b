import numpy as np
import pytest

from workup.evaluation.estimate import Estimate, bootstrap


def test_the_interval_of_a_mean_is_about_two_standard_errors_to_each_side():
    values = np.random.default_rng(0).normal(3, 1, 400)
    found = bootstrap(lambda drawn: float(values[drawn].mean()), 400)
    error = values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(
        (values.mean() - 1.96 * error, values.mean() + 1.96 * error), abs=0.2 * error
    )


def test_the_same_cases_give_the_same_interval():
    values = np.arange(20.0)
    first, second = (bootstrap(lambda drawn: float(values[drawn].mean()), 20) for _ in range(2))
    assert first == second


def test_an_estimate_is_told_with_its_interval():
    assert str(Estimate(0.05, 0.0125, 0.1)) == "0.050 (0.013 to 0.100)"
