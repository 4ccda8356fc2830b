"""What to ask next: the findings that would best tell the first two diagnoses apart, by the case book.

The case book's shares are textbook knowledge, not measured prevalences; they order questions, and never
move a probability.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import log2

from workup.clinic.assess.assessment import Question

# A finding that the book does not name for a condition is rare in it, not impossible.
_UNNAMED = 0.03
_MOST = 3
# Bits: a question that tells less is not worth asking.
_LEAST = 0.05


def questions(
    first: str, second: str, odds: float, shares: Mapping[str, Mapping[str, float]], told: Collection[str]
) -> tuple[Question, ...]:
    """The most telling findings that the input says nothing of, best first.

    Args:
        odds: the probability of the first, 0 to 1, of the two of them.
        shares: for each condition its findings with the share of patients who have them.
        told: findings that the input speaks of, present or absent.
    """
    ours, theirs = shares.get(first, {}), shares.get(second, {})
    found = []
    for finding in dict.fromkeys([*ours, *theirs]):
        if finding in told:
            continue
        here, there = ours.get(finding, _UNNAMED), theirs.get(finding, _UNNAMED)
        telling = information(odds, here, there)
        if telling >= _LEAST:
            speaks_for = first if here > there else second
            found.append((telling, Question(finding, here, there, speaks_for)))
    found.sort(key=lambda one: -one[0])
    return tuple(question for _, question in found[:_MOST])


def information(odds: float, here: float, there: float) -> float:
    """Bits that the answer to a yes-or-no question tells of which of two it is (mutual information)."""
    left = 0.0
    for first, second in ((here, there), (1 - here, 1 - there)):
        answer = odds * first + (1 - odds) * second
        if answer:
            left += answer * _entropy(odds * first / answer)
    return _entropy(odds) - left


def _entropy(share: float) -> float:
    """Of a yes or no, in bits."""
    return -sum(part * log2(part) for part in (share, 1 - share) if part > 0)
