"""Which settings to measure next: those that tell the likely answers apart best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workup.isolate.culprits import Culprits
from workup.isolate.explanations import Explanations, Posterior
from workup.isolate.linear import Floats

# Random settings that are considered, beside what the most probable explanations suggest.
_RANDOM = 200
_SUGGESTING = 8


def candidates(posterior: Posterior, count: int, generator: np.random.Generator) -> Floats:
    """Settings worth considering, (M, names) as 0 and 1: random ones, likely terms alone, all but them."""
    sizes = generator.integers(0, count + 1, size=(_RANDOM, 1))
    rows = generator.random((_RANDOM, count)).argsort(axis=1) < sizes
    terms = [np.isin(range(count), t.members) for e in posterior.likely[:_SUGGESTING] for t in e.terms]
    return np.unique(np.vstack([rows, *terms, *(~term for term in terms)]).astype(float), axis=0)


def most_telling(
    explanations: Explanations,
    posterior: Posterior,
    answers: Sequence[Culprits | None],
    settings: Floats,
    many: int,
) -> Floats:
    """Rows of `settings` (M, names) that tell the answers of the explanations apart best; (many, names).

    One after the other: that whose predictions vary most between the answers, weighted by their probability,
    given what the rows before it will have told (maximum entropy sampling: Shewry and Wynn, Journal of
    Applied Statistics 14, 1987). Explanations that accuse the same differences in the same way need not be
    told apart, and explanations that accuse nothing are left out: every setting speaks for or against them.
    """
    predicted = posterior.means[:, None] + posterior.weights @ explanations.columns(settings).T
    different = [answer for answer in dict.fromkeys(answers) if answer is not None]
    share = np.array(
        [
            [e.probability * (a == answer) for e, a in zip(posterior.likely, answers, strict=True)]
            for answer in different
        ]
    )
    weights = share.sum(axis=1)
    expected = share @ predicted / weights[:, None]
    weights = weights / weights.sum()
    apart = expected - weights @ expected
    covariance = (weights[:, None] * apart).T @ apart
    chosen = []
    for _ in range(many):
        best = int(covariance.diagonal().argmax())
        chosen.append(best)
        told = covariance[:, best]
        covariance = covariance - np.outer(told, told) / (told[best] + posterior.noise**2)
    return settings[chosen]
