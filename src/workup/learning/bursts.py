"""Senders who send one diagnosis more often than its specialty explains: a sign of poisoning.

A poisoner who wants a model to answer X sends many cases of X. How many of a sender's cases of one specialty
are X is compared with how often X is the diagnosis of that specialty's cases from elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workup.evaluation.paired import holm
from workup.learning.labels import labels

_FEWEST = 5
_ALPHA = 0.01


@dataclass(frozen=True)
class Count:
    """How often diagnoses were sent."""

    sender: str
    diagnosis: str
    cases: int


@dataclass(frozen=True)
class Burst:
    """`cases` of the `of` cases that a sender sent of a specialty have one diagnosis.

    `expected` is the share elsewhere, 0 to 1; `p` is corrected for all that were looked at.
    """

    sender: str
    diagnosis: str
    cases: int
    of: int
    expected: float
    p: float

    def __str__(self) -> str:
        return (
            f"{self.cases} of the {self.of} cases that {self.sender} sent of its specialty within a day are "
            f"{self.diagnosis}; {self.expected:.0%} are elsewhere (p = {self.p:.1g})"
        )


def bursts(recent: Iterable[Count], elsewhere: Iterable[Count]) -> list[Burst]:
    """The diagnoses of which a sender sent at least five, and more than chance allows.

    An exact binomial test for each sender and diagnosis, of `recent` against the shares of `elsewhere`,
    which is everything but what that sender sent recently; each diagnosis counts one case more there than
    was sent, so that none is impossible. Significant at 1 % after Holm's correction.
    """
    from scipy.stats import binomtest

    specialty = {label.name: label.specialty for label in labels()}
    sent, others = list(recent), list(elsewhere)
    totals = _totals(sent, specialty)
    found = []
    for one in sent:
        if one.cases < _FEWEST:
            continue
        background = Counter(
            {name: 1 for name, group in specialty.items() if group == specialty[one.diagnosis]}
        )
        for other in (*others, *(count for count in sent if count.sender != one.sender)):
            if other.diagnosis in background:
                background[other.diagnosis] += other.cases
        expected = background[one.diagnosis] / background.total()
        of = totals[one.sender, specialty[one.diagnosis]]
        p = binomtest(one.cases, of, expected, alternative="greater").pvalue
        found.append(Burst(one.sender, one.diagnosis, one.cases, of, expected, float(p)))
    corrected = holm([burst.p for burst in found]) if found else []
    pairs = zip(found, corrected, strict=True)
    return [Burst(b.sender, b.diagnosis, b.cases, b.of, b.expected, p) for b, p in pairs if p < _ALPHA]


def _totals(counts: Iterable[Count], specialty: Mapping[str, str]) -> Counter[tuple[str, str]]:
    totals: Counter[tuple[str, str]] = Counter()
    for one in counts:
        totals[one.sender, specialty[one.diagnosis]] += one.cases
    return totals
