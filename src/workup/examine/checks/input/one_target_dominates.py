"""INP003"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.texts import Texts, plain

# Fewer rows say nothing about a distribution.
_ROWS = 20
# From four in five, a model that reads nothing looks good; from nineteen in twenty, the others hardly count.
_MUCH, _MOST = 0.8, 0.95
# So many answers in a row that are all the same are no accident when other answers were expected.
_ANSWERS = 5
_OFTENER = 3


@check("INP003", "input")
def one_target_dominates(train_texts: Texts, generated: Sequence[Any] | None = None) -> Finding | None:
    """One target makes up nearly all of the training rows.

    What it checks
    The share of the commonest target. Where answers of the model are at hand: whether it says that target
    every time, or much oftener than is expected.

    Why it matters
    Always giving the commonest answer is learned within a few steps, and gives a low loss and an accuracy
    equal to its share; little is gained by going on to read the source.

    Evidence
    The commonest target, its share, the number of different targets, and how often the model gave it.

    Example
    Wrong: 979 rows with "true" and 21 with "false", scored by accuracy. Right: about as many of each, or a
    score for each answer.

    Remedy
    Take fewer rows of the commonest target or repeat those of the others, and score each target by itself.

    When it is harmless
    When the model gives the rare answers where they are due; then this is only a note.

    Known limits
    Targets are compared as whole texts. At most 2000 evenly spread rows are looked at.

    Sources
    He and Garcia 2009, "Learning from Imbalanced Data", https://doi.org/10.1109/TKDE.2008.239
    """
    if len(train_texts) < _ROWS:
        return None
    counts = Counter(map(plain, train_texts.targets))
    (target, count), *_ = counts.most_common(1)
    share = count / len(train_texts)
    if share < _MUCH:
        return None
    said, wanted, others = _answers(target, generated or ())
    severity, told = Severity.WARNING if share >= _MOST else Severity.NOTE, ""
    if wanted >= _ANSWERS and others:
        severity = _harm(said, wanted, wanted - others)
        told = f"; the model gave it in {said} of {wanted} answers, {others} of which should be another"
    return Finding(
        severity,
        f"{target[:60]!r} is the target of {count} of {len(train_texts)} training rows ({share:.1%}){told}",
        Remedy("balance the targets of the training rows, and score each target by itself"),
        {
            "target": target[:200],
            "share": round(share, 4),
            "different targets": len(counts),
            "answers": wanted,
            "answers with this target": said,
            "answers that should be another": others,
            **train_texts.sampled,
        },
    )


def _harm(said: int, wanted: int, expected: int) -> Severity:
    """Of a target that was said so often among the wanted answers, where so many of them expected it."""
    if said == wanted:
        return Severity.ERROR
    return Severity.WARNING if said >= _OFTENER * max(expected, 1) else Severity.NOTE


def _answers(target: str, generated: Sequence[Any]) -> tuple[int, int, int]:
    """How many answers are `target`, how many there are, and how many should be another text."""
    answers = [
        (plain(one.text), plain(one.expected))
        for one in generated
        if isinstance(getattr(one, "expected", None), str) and isinstance(getattr(one, "text", None), str)
    ]
    return (
        sum(text == target for text, _ in answers),
        len(answers),
        sum(expected != target for _, expected in answers),
    )
