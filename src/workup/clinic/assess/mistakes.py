"""Why two conditions are mistaken for each other: what the case book and the training cases say of it.

Cheap evidence, no proof: it tells pairs that are hard by nature (the same findings, each in the other's
differential) from pairs that the training cases make hard (few of them, or one whose words mislead).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from workup.clinic.book import by_name, conditions
from workup.data.rows import Example
from workup.evaluation.baselines import tfidf
from workup.evaluation.confusion import Pair
from workup.evaluation.estimate import Flags, Floats

# The book's findings are alike where so few of all pairs share more of them.
_ALIKE = 0.05
# Training rows: with three cases a condition, told twice, more still help much (docs/learning-curve.md).
_FEW = 10
_NAMED = 4


@dataclass(frozen=True)
class Explanation:
    """What speaks for a reason to mistake `expected` for `answered`, in `cases` mistaken cases, either way.

    Attributes:
        shared: findings that the book gives both, the commonest first.
        overlap: of their findings, 0 to 1 (see `overlap`).
        alike: whether fewer than one in twenty pairs of conditions overlap more.
        listed: one is in the book's differential of the other.
        nearer: in how many of the cases a training case of the wrong condition is nearer in words (cosine of
            TF-IDF vectors) than any of the right one.
        trained: training rows of the two.
    """

    expected: str
    answered: str
    shared: tuple[str, ...]
    overlap: float
    alike: bool
    listed: bool
    nearer: int
    cases: int
    trained: tuple[int, int]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that have something for them, in words; none: nothing here explains it.

        Few training rows, which many pairs share, are named where nothing else is.
        """
        found = tuple(self._reasons())
        few = max(self.trained) < _FEW
        return found or ((f"few training rows ({self.trained[0]} and {self.trained[1]})",) if few else ())

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {**asdict(self), "reasons": list(self.reasons)}

    def _reasons(self) -> Iterator[str]:
        if self.alike:
            yield f"they share {', '.join(self.shared[:_NAMED])}"
        if self.listed:
            yield "the book has one in the other's differential"
        if self.nearer:
            yield f"in {self.nearer} of {self.cases} the training case nearest in words misleads"
        for name, count in zip((self.expected, self.answered), self.trained, strict=True):
            if not count:
                yield f"no training row of {name}"


def explained(
    pairs: Sequence[Pair], tested: Sequence[Example], train: Sequence[Example]
) -> tuple[Explanation, ...]:
    """An explanation of each pair of which the case book has both conditions.

    Args:
        tested: the examples that were evaluated; `train`: those the model was trained on.
    """
    book = {name: condition for name, (_, condition) in by_name().items()}
    known = [pair for pair in pairs if pair.expected in book and pair.answered in book]
    if not known:
        return ()
    mistaken = {identity for pair in known for identity in pair.ids}
    cases = [example for example in tested if example.id in mistaken]
    features, queries = tfidf(train, cases)
    similarities = (queries @ features.T).toarray()
    nearness = {case.id: row for case, row in zip(cases, similarities, strict=True)}
    truth = {case.id: case.answers[0] for case in cases}
    labels = np.array([example.answers[0] for example in train])
    found = []
    for pair in known:
        first, second = book[pair.expected], book[pair.answered]
        both = (first.name, second.name)
        nearer = 0
        for identity in pair.ids:
            right, wrong = both if truth[identity] == first.name else both[::-1]
            row = nearness[identity]
            nearer += _nearest(row, labels == wrong) > _nearest(row, labels == right)
        share = overlap(first.findings, second.findings)
        found.append(
            Explanation(
                *both,
                shared=shared(first.findings, second.findings),
                overlap=share,
                alike=share > 0 and share >= _usual(),
                listed=second.name in first.differential or first.name in second.differential,
                nearer=nearer,
                cases=len(pair.ids),
                trained=(int((labels == first.name).sum()), int((labels == second.name).sum())),
            )
        )
    return tuple(found)


def summary(found: Sequence[Explanation]) -> str:
    """In a sentence: how many pairs have which reason."""
    counts = {
        "share findings": sum(one.alike for one in found),
        "stand in each other's differential": sum(one.listed for one in found),
        "have a training case that misleads by its words": sum(one.nearer > 0 for one in found),
        "none of these": sum(not (one.alike or one.listed or one.nearer) for one in found),
    }
    told = ", ".join(f"{count} {reason}" for reason, count in counts.items())
    return f"Of {len(found)} pairs of the case book, {told}."


def overlap(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """How much of the findings of two conditions is the same: the weighted Jaccard index, 0 to 1.

    Args:
        first, second: findings with the share of patients who have them.
    """
    names = {*first, *second}
    most = sum(max(first.get(name, 0.0), second.get(name, 0.0)) for name in names)
    least = sum(min(first.get(name, 0.0), second.get(name, 0.0)) for name in names)
    return least / most if most else 0.0


def shared(first: Mapping[str, float], second: Mapping[str, float]) -> tuple[str, ...]:
    """The findings of both, those first that many patients with either have."""
    both = [name for name in first if name in second]
    return tuple(sorted(both, key=lambda name: -min(first[name], second[name])))


def _nearest(similarities: Floats, chosen: Flags) -> float:
    """The highest similarity to the chosen training cases; below every other where there is none."""
    return float(similarities[chosen].max()) if chosen.any() else -1.0


@cache
def _usual() -> float:
    """The overlap that all but one in twenty pairs of conditions stay below."""
    findings = [condition.findings for _, condition in conditions()]
    return float(np.quantile([overlap(a, b) for a, b in combinations(findings, 2)], 1 - _ALIKE))
