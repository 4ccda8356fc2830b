"""What could explain the measurements, and how probable each explanation is.

An explanation is at most two terms; a term is one or two differences and adds an effect to the metric where
they are on the BAD side: one alone, two only together, or any of two. Beside it every difference may have a
small effect of its own. One more explanation, "other", lets every setting have a mean of its own: it wins
where the rest is no good.

This is Bayesian variable selection (George and McCulloch, Variable selection via Gibbs sampling, JASA 88,
1993) with random effects, small enough to sum over all explanations instead of sampling them. What it assumes
is not always so: the search only lets it choose what to measure and propose what is then confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.special import logsumexp, stdtr

from workup.isolate.linear import SHARED, SIZES, Fits, Floats, Integers, Model, seed_noise

# Standard deviation of the small effects of everything, in units of the noise's; equally likely beforehand.
SMALL = (0.0, 0.25)

# Probabilities beforehand, each divided among the explanations of its kind. Like all numbers of this sort
# here and in `linear`, they were set by judgement and tried on simulated searches, not the benchmark's own.
PRIOR = {"none": 0.5, "alone": 0.27, "together": 0.11, "any": 0.05, "two": 0.05, "other": 0.02}

# Explanations that are looked at one by one, the most probable first.
_LIKELY = 200


@dataclass(frozen=True)
class Term:
    """Differences (their places in the list) that act when all of them are on the BAD side, or any."""

    members: tuple[int, ...]
    when: Literal["all", "any"] = "all"


@dataclass(frozen=True)
class Explanation:
    """Terms with their effects, and the probability of it all."""

    terms: tuple[Term, ...]
    effects: tuple[float, ...]
    probability: float


@dataclass(frozen=True)
class Posterior:
    """Probabilities after the measurements: of no effect at all, of "other", and of the likely explanations.

    `weights` (K, terms) and `means` (K) are their predictions; `noise` is that of the likeliest, in the
    metric's units.
    """

    none: float
    other: float
    likely: tuple[Explanation, ...]
    weights: Floats
    means: Floats
    noise: float


class Explanations:
    """All explanations that a number of differences allows."""

    def __init__(self, count: int) -> None:
        pairs = np.array(list(combinations(range(count), 2)), dtype=np.int64).reshape(-1, 2)
        self._first, self._second = pairs.T
        self._terms = [Term((place,)) for place in range(count)]
        self._terms += [Term((int(a), int(b)), when) for when in ("all", "any") for a, b in pairs]
        nothing = len(self._terms)
        ones = np.array([[place, nothing] for place in range(nothing)])
        self._pairs = np.concatenate([[[nothing, nothing]], ones, pairs])
        kinds = [("none", 1), ("alone", count), *((kind, len(pairs)) for kind in ("together", "any", "two"))]
        self._prior = np.concatenate(
            [np.full(many, np.log(PRIOR[kind] / many)) for kind, many in kinds if many]
        )
        self._one_term = slice(1, 1 + nothing)

    def columns(self, changes: Floats) -> Floats:
        """1 where a term acts, else 0; changes (M, names) -> (M, terms + 1), the last column being all 0."""
        a, b = changes[:, self._first], changes[:, self._second]
        return np.hstack([changes, a * b, np.maximum(a, b), np.zeros((len(changes), 1))])

    def posterior(self, values: Floats, changes: Floats, seeds: Integers) -> Posterior:
        """Weigh all explanations by measurements: values (N), changes (N, names), seeds (N)."""
        columns, common = self.columns(changes), changes @ changes.T
        cells, weights = [], []
        for shared in SHARED:
            for small in SMALL:
                noise = seed_noise(seeds, shared) + small**2 * common
                model = Model(values, columns, noise, self._pairs)
                for size, probability in SIZES.items():
                    fits = model.fits(size)
                    cells.append(fits)
                    weights.append(np.log(probability) + self._weights(fits, model.degrees, small))
        other = np.log(PRIOR["other"] * len(SMALL)) + self._other(values, changes, seeds)
        summed = logsumexp(weights, axis=0)
        total = np.logaddexp(logsumexp(summed), other)
        best = cells[int(logsumexp(weights, axis=1).argmax())]
        return self._posterior(np.exp(summed - total), float(np.exp(other - total)), best)

    def _weights(self, fits: Fits, degrees: int, small: float) -> Floats:
        """Logarithms of prior times likelihood."""
        weights = self._prior + fits.log_likelihoods
        # An effect that explains all by itself makes things worse.
        one = self._one_term
        worse = stdtr(degrees, -fits.effects[one, 0] / fits.errors[one, 0])
        weights[one] += np.log(2 * worse + 1e-300)
        # "None" means nothing at all, no small effects either.
        weights[0] = -np.inf if small else weights[0] + np.log(len(SMALL))
        return weights

    @staticmethod
    def _other(values: Floats, changes: Floats, seeds: Integers) -> float:
        """Logarithm of the likelihood where every setting has a mean of its own."""
        same = (changes[:, None, :] == changes[None, :, :]).all(axis=2).astype(float)
        nothing, only = np.zeros((len(values), 1)), np.zeros((1, 2), dtype=np.int64)
        return float(
            logsumexp(
                [
                    np.log(probability)
                    + Model(values, nothing, seed_noise(seeds, shared) + size**2 * same, only)
                    .fits(1.0)
                    .log_likelihoods[0]
                    for shared in SHARED
                    for size, probability in SIZES.items()
                ]
            )
        )

    def _posterior(self, probabilities: Floats, other: float, fits: Fits) -> Posterior:
        order = np.argsort(-probabilities, kind="stable")[:_LIKELY]
        weights = np.zeros((len(order), len(self._terms) + 1))
        likely = []
        for row, number in enumerate(order):
            places = [int(place) for place in self._pairs[number] if place < len(self._terms)]
            effects = fits.effects[number, : len(places)]
            weights[row, places] = effects
            terms = tuple(self._terms[place] for place in places)
            likely.append(Explanation(terms, tuple(effects.tolist()), float(probabilities[number])))
        means = fits.means[order]
        return Posterior(
            float(probabilities[0]), other, tuple(likely), weights, means, float(fits.noise[order[0]])
        )
