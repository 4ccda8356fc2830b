"""Temperature scaling: probabilities of a closed set of answers that mean what they say.

A fine-tuned model is usually surer than it is right. One number T, fitted on cases that the model was not
trained on, divides all log-probabilities; above 1 it makes the model humbler. The ranking of answers stays
as it was (Guo et al. 2017, "On calibration of modern neural networks").

Vector scaling, a factor and an offset for each of K answers, is not offered: it takes 2K numbers, and with
two validation cases an answer it is worse than no calibration at all (bench/calibration_power.py). Guo et
al. found it no better than one temperature even with thousands of cases.

Throughout: log-probabilities (N, K) of N cases and K answers, in nats, finite, not necessarily adding up to
one, because a model can also say something outside the closed set; truth (N,), the index of the right answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workup.errors import DataError
from workup.evaluation.estimate import Floats, Indices

FOLDS = 5
_LOG_TEMPERATURES = (-3.0, 3.0)  # temperatures of 0.05 to 20: beyond them the prior alone would lead


def fit_temperature(log_probabilities: Floats, truth: Indices) -> float:
    """The temperature under which the right answers of validation cases are likeliest, above 0.

    Maximum likelihood with a weak prior, log T ~ Normal(0, 1). Without it a model that ranks every
    validation case right would be given T = 0, that is, certainty, however few the cases. From a few dozen
    cases on that have errors among them, the prior changes T by a percent or so.

    Raises:
        DataError: see `checked`.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    checked(log_probabilities, truth)
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(log_probabilities / np.exp(log_temperature), axis=1)
        return float(log_temperature**2 / 2 - scaled[rows, truth].sum())

    return float(np.exp(minimize_scalar(loss, bounds=_LOG_TEMPERATURES, method="bounded").x))


def probabilities(log_probabilities: Floats, temperature: float = 1.0) -> Floats:
    """(N, K) probabilities within the closed set: each row adds up to one."""
    from scipy.special import softmax

    return np.asarray(softmax(log_probabilities / temperature, axis=1))


def cross_fitted(log_probabilities: Floats, truth: Indices) -> Floats:
    """(N, K) probabilities, those of each case under the temperature of the other folds.

    For an honest look at the very cases that the temperature will be fitted on.

    Raises:
        DataError: fewer cases than folds; and see `checked`.
    """
    checked(log_probabilities, truth)
    found = np.empty_like(log_probabilities, dtype=float)
    for rest, held in folds(len(truth)):
        temperature = fit_temperature(log_probabilities[rest], truth[rest])
        found[held] = probabilities(log_probabilities[held], temperature)
    return found


def folds(cases: int) -> Iterator[tuple[Indices, Indices]]:
    """The indices of all other cases and of the cases of one fold, for each of five random folds.

    Raises:
        DataError: fewer cases than folds.
    """
    if cases < FOLDS:
        raise DataError(f"{cases} cases cannot be parted into {FOLDS} folds; give at least {FOLDS}")
    fold = np.random.default_rng(0).permutation(cases) % FOLDS
    for number in range(FOLDS):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def checked(log_probabilities: Floats, truth: Indices) -> None:
    """Refuses what cannot be calibrated on.

    Raises:
        DataError: no case, shapes that do not fit, a number that is not finite, or a true index that is not
            one of the K answers.
    """
    shape = np.shape(log_probabilities)
    if len(shape) != 2 or np.shape(truth) != shape[:1] or 0 in shape:
        raise DataError(
            f"log-probabilities of shape {shape} and true answers of shape {np.shape(truth)} do not fit; "
            "give (N, K) and (N,), N and K at least 1"
        )
    bad = np.flatnonzero(~np.isfinite(log_probabilities).all(axis=1))
    if len(bad):
        raise DataError(
            f"case {bad[0]} (of {len(bad)}) has log-probabilities that are not finite; calibration needs one "
            "for every answer of the closed set"
        )
    outside = np.flatnonzero((truth < 0) | (truth >= shape[1]))
    if len(outside):
        raise DataError(
            f"the true answer of case {outside[0]} (of {len(outside)}) is {truth[outside[0]]}; the closed "
            f"set has the indices 0 to {shape[1] - 1}. Leave out cases whose answer is not in it, and say "
            "how many"
        )
