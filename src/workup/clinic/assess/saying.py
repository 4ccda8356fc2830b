"""What is said of a judged input: its differential, how sure it is, what to ask, what to look out for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workup.clinic.assess.assessment import Candidate, Confidence, Flag, Question
from workup.clinic.assess.fitted import Fitted
from workup.clinic.assess.judged import Judged
from workup.clinic.assess.questions import questions
from workup.clinic.book import by_name
from workup.clinic.safety import Reading, Words, red_flags

# An emergency this likely is told whatever its rank: one in fifty.
CANNOT_MISS = 0.02
# Candidates beyond the conformal set that are still worth a line.
_LISTED, _WORTH_A_LINE = 5, 0.01


def ranked(judged: Judged, conditions: Sequence[str]) -> tuple[Candidate, ...]:
    """The conformal set, and what else is worth a line, likeliest first.

    Args:
        conditions: the names of the K that are known, in the order of their probabilities.
    """
    probabilities, fitted = judged.probabilities, judged.fitted
    inside = fitted.calibration.sets(judged.seen.together(fitted.share))[0]
    order = np.argsort(-probabilities, kind="stable").tolist()
    chosen = [
        column
        for place, column in enumerate(order)
        if place == 0 or inside[column] or (place < _LISTED and probabilities[column] >= _WORTH_A_LINE)
    ]
    return tuple(_candidate(conditions[c], float(probabilities[c]), bool(inside[c])) for c in chosen)


def cannot_miss(judged: Judged, conditions: Sequence[str], first: str) -> tuple[Candidate, ...]:
    """Emergencies that are likely enough to be told whatever their rank; the first is told anyway."""
    probabilities = judged.probabilities
    likely = [c for c in np.argsort(-probabilities).tolist() if probabilities[c] >= CANNOT_MISS]
    found = [_candidate(conditions[c], float(probabilities[c]), False) for c in likely]
    return tuple(one for one in found if one.urgency == "emergency" and one.name != first)


def names(condition: str) -> Sequence[str]:
    """Every name that the case book has for a condition."""
    return by_name()[condition][1].names if condition in by_name() else (condition,)


def confidence(first: Candidate, fitted: Fitted, agrees: bool) -> Confidence:
    """Where the model writes another answer than it scores highest, one word less sure than the number."""
    bands = fitted.calibration.bands
    place = bands.index(fitted.calibration.band(first.probability))
    band = bands[place if agrees else max(0, place - 1)]
    return Confidence(first.probability, band.word, band.accuracy.right, band.accuracy.total)


def questions_of(shown: Sequence[Candidate], reading: Reading) -> tuple[Question, ...]:
    """What the input does not tell, and what would tell its first two conditions apart."""
    if len(shown) < 2:
        return ()
    first, second = shown[:2]
    odds = first.probability / (first.probability + second.probability)
    known = [one.name for one in (first, second) if one.name in by_name()]
    shares = {name: by_name()[name][1].findings for name in known}
    told = {mention.name for mention in reading.findings}
    return questions(first.name, second.name, odds, shares, told)


def flags(reading: Reading) -> tuple[Flag, ...]:
    """The red flags of what was read, whatever a model says."""
    return tuple(
        Flag(found.rule.id, found.rule.title, found.level, found.rule.advice, _words(found.evidence))
        for found in red_flags(reading)
    )


def _words(evidence: Sequence[Words]) -> tuple[str, ...]:
    return tuple(words.text for words in evidence)


def _candidate(name: str, probability: float, inside: bool) -> Candidate:
    probability = round(probability, 4)
    if name not in by_name():
        return Candidate(name, probability, inside)
    specialty, condition = by_name()[name]
    return Candidate(name, probability, inside, condition.icd10, specialty.specialty, condition.urgency)
