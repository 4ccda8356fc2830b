"""Sequential tests: they may be asked after every measurement, and say "yes", "no" or "measure again".

Each compares two hypotheses by their likelihood ratio. Under the first hypothesis the ratio of the second to
it ever reaches 1/a with probability at most a, however often one looks (Ville, Etude critique de la notion de
collectif, 1939; Wald, Sequential Tests of Statistical Hypotheses, Annals of Mathematical Statistics 16,
1945). All assume noise that is normal, with one standard deviation, which they estimate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.special import logsumexp

from workup.isolate.linear import SHARED, SIZES, Floats, Integers, Model, seed_noise

# Pairs before the spread of their differences is worth anything.
FEWEST_PAIRS = 3
# Sizes of a difference that are looked for, in smallest sizes that matter; equally likely beforehand.
_SIZES = np.array([1.0, 2.0, 4.0, 8.0])
# Beyond this many standard deviations of a pair more size adds no evidence, and the densities underflow.
_LARGEST = 12.0


class Answer(Enum):
    """What a sequential test says."""

    YES = "yes"
    NO = "no"
    MEASURE_AGAIN = "measure again"


@dataclass(frozen=True)
class Difference:
    """Likelihood ratios of the differences within pairs (one seed, two settings) to "no difference"."""

    any_size: float
    smallest: float

    def answer(self, false_yes: float, false_no: float) -> Answer:
        """YES where there is a difference, with a probability of at most `false_yes` where there is none.

        NO with a probability of about `false_no` where there is one of the smallest size. Only about: that
        size is known in units of an estimated spread. For 0.05 and a difference of one standard deviation
        0.13 was measured (200 simulated sequences).
        """
        if self.any_size >= 1 / false_yes:
            return Answer.YES
        return Answer.NO if self.smallest <= false_no else Answer.MEASURE_AGAIN


def difference(good: Sequence[float], bad: Sequence[float], smallest: float | None = None) -> Difference:
    """Is `good` the better of the two? The values are paired: the same seed at the same place.

    `smallest` is the smallest difference that matters, in units of the metric; None: one standard deviation
    of the metric between seeds. The ratio is that of Student's noncentral t to the central one: the
    sequential t test (Rushton, On a sequential t-test, Biometrika 37, 1950; Schnuerch and Erdfelder,
    Controlling decision errors with minimal costs, Psychological Methods 25, 2020).
    """
    if len(good) < FEWEST_PAIRS:
        return Difference(1.0, 1.0)
    from scipy.stats import nct, t

    within = np.subtract(good, bad)
    spread = within.std(ddof=1)
    between_seeds = math.sqrt((np.var(good, ddof=1) + np.var(bad, ddof=1)) / 2)
    least = between_seeds if smallest is None else smallest
    if spread < 1e-12 * max(1.0, np.abs(good).max()):
        differs = within.mean() > 0 and within.mean() >= (smallest or 0.0)
        return Difference(math.inf, math.inf) if differs else Difference(0.0, 0.0)
    root = math.sqrt(len(within))
    statistic = min(within.mean() / spread * root, _LARGEST * root)
    sizes = np.minimum(_SIZES * least / spread, _LARGEST)
    ratios = nct.pdf(statistic, len(within) - 1, sizes * root) / t.pdf(statistic, len(within) - 1)
    return Difference(float(ratios.mean()), float(ratios[0]))


def answer(log_ratio: float, error: float) -> Answer:
    """YES or NO once the evidence is so strong that either is wrong with a probability below `error`."""
    if abs(log_ratio) < math.log(1 / error):
        return Answer.MEASURE_AGAIN
    return Answer.YES if log_ratio > 0 else Answer.NO


def preference(values: Floats, seeds: Integers, one: Floats, other: Floats) -> float:
    """Log likelihood ratio of two models of the values (N): with the column `one`, or with `other` (N)."""
    columns = np.column_stack([one, other, np.zeros(len(values))])
    pairs = np.array([[0, 2], [1, 2]])
    logs = [
        np.log(probability)
        + Model(values, columns, seed_noise(seeds, shared), pairs).fits(size).log_likelihoods
        for shared in SHARED
        for size, probability in SIZES.items()
    ]
    of_one, of_other = logsumexp(logs, axis=0)
    return float(of_one - of_other)
