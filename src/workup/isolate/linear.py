"""A linear model of the metric, with part of the noise shared by the trials of one seed.

    values = mean + effects of one or two columns + noise
    effects ~ N(0, size^2 s^2),  noise ~ N(0, s^2 covariance)

The mean (flat) and s (1/s) have their non-informative priors and are integrated out, which leaves the
likelihood |covariance of all|^(-1/2) (sum of squares)^(-(N - 1) / 2) of N trials (Zellner, An Introduction to
Bayesian Inference in Econometrics, 1971, chapter 3). Columns are added by the matrix inversion and
determinant lemmas, so that hundreds of models cost one decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# What is not known beforehand: the standard deviation of an effect in units of the noise's, with its
# probability, and the seed's share of the noise's variance, all of the same probability.
SIZES = {2.0: 0.6, 8.0: 0.3, 32.0: 0.1}
SHARED = (0.0, 0.5, 0.9)

# Noise that is always there, in ranges of the values: without it a metric that never varies divides by 0.
_FLOOR = 1e-6


def seed_noise(seeds: Integers, shared: float) -> Floats:
    """(N, N) correlation of trials whose seeds (N) make `shared` (0 to 1) of the noise's variance."""
    same: Floats = np.equal.outer(seeds, seeds).astype(float)
    return (1 - shared) * np.eye(len(seeds)) + shared * same


@dataclass(frozen=True)
class Fits:
    """One entry for every pair of columns, (P) or (P, 2)."""

    log_likelihoods: Floats
    effects: Floats
    errors: Floats
    means: Floats
    noise: Floats


class Model:
    """Values (N) and columns (N, C) under one covariance (N, N) of the noise.

    `pairs` (P, 2) says which two columns each of the models has; a column of zeros stands for none.
    """

    def __init__(self, values: Floats, columns: Floats, covariance: Floats, pairs: Integers) -> None:
        lower = np.linalg.cholesky(covariance)
        white = np.linalg.solve(lower, np.column_stack([np.ones(len(values)), values, columns]))
        ones, weight = white[:, 0], white[:, 0] @ white[:, 0]
        self._means = ones @ white[:, 1:] / weight
        centred = white[:, 1:] - np.outer(ones, self._means)
        first, second = pairs.T
        self._pairs = pairs
        self._squares = centred[:, 0] @ centred[:, 0]
        self._along = (centred[:, 0] @ centred[:, 1:])[pairs]
        self._lengths = (centred[:, 1:] ** 2).sum(axis=0)[pairs]
        self._across = (centred[:, 1:].T @ centred[:, 1:])[first, second]
        self._determinant = 2 * np.log(np.diag(lower)).sum() + np.log(weight)
        self._floor = float(_FLOOR * np.ptp(values)) ** 2 or 1e-300
        self.degrees = len(values) - 1

    def fits(self, size: float) -> Fits:
        """Of every pair of columns: log likelihood (but for a constant), effects with errors, mean, noise."""
        stretch = 1 / size**2 + self._lengths
        determinant = stretch.prod(axis=1) - self._across**2
        inverse = stretch[:, ::-1] / determinant[:, None]
        effects = inverse * self._along - (self._across / determinant)[:, None] * self._along[:, ::-1]
        squares = np.maximum(self._squares - (effects * self._along).sum(axis=1), 0.0) + self._floor
        logs = -(self.degrees * np.log(squares) + np.log(size**4 * determinant) + self._determinant) / 2
        noise = np.sqrt(squares / self.degrees)
        means = self._means[0] - (self._means[1:][self._pairs] * effects).sum(axis=1)
        return Fits(logs, effects, np.sqrt(inverse) * noise[:, None], means, noise)
