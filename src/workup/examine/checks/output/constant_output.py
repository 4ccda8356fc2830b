"""OUT006"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answers
from workup.examine.symptoms import constant_share

# (Nearly) always the same; below eight rows a series of equal answers is chance.
_ALWAYS, _FEWEST = 0.95, 8
# So many rows must expect something else: with one answer for nine rows of ten a constant is no surprise.
_OTHERS, _FEWEST_OTHERS = 0.1, 3
# Where no text is expected more often than every second time, a constant answer has learned nothing.
_VARIED = 0.5


@check("OUT006", "output")
def constant_output(answers: Answers) -> Finding | None:
    """One and the same answer is given to all inputs.

    What it checks
    Whether 95 in 100 answers or more are one text, while the sources and the expected texts vary.

    Why it matters
    The answer does not depend on the input. Either the deciding part of the input never reaches the model, or
    the targets do not belong to it, or the weights were lost when they were loaded, or one target outweighs
    all others.

    Evidence
    The answer and its share, and the share of the commonest expected text.

    Example
    "True" for all of 60 rows, 12 of which are "False".

    Remedy
    Compare the loss with that of shuffled sources: where both are equal, look at truncation and pairing;
    otherwise balance the targets.

    When it is harmless
    Where the rows at hand all have that answer: with fewer than one row in ten expecting another, nothing is
    said.

    Known limits
    Where it is not known what was expected, nothing is said.

    Sources
    https://github.com/huggingface/transformers/issues/27972; measured on tiny models; the test of this check
    repeats it.
    """
    rows = answers.known
    if len(rows) < _FEWEST or len({row.source for row, _ in rows}) < 2:
        return None
    share, text = constant_share([row.text for row, _ in rows])
    usual, commonest = constant_share([expected for _, expected in rows])
    others = sum(expected.strip() != text for _, expected in rows)
    if not text:
        return None  # empty answers are another check's
    if share < _ALWAYS or others < max(_FEWEST_OTHERS, _OTHERS * len(rows)) or usual > 1 - _OTHERS:
        return None
    return Finding(
        Severity.ERROR if usual <= _VARIED else Severity.WARNING,
        f"{share:.0%} of {len(rows)} answers are {text!r}, while the commonest expected text is that "
        f"of {usual:.0%}",
        Remedy(
            "see whether the deciding part of the source is cut off, whether targets stand beside their "
            "sources, and how the targets are distributed"
        ),
        {
            **answers.evidence,
            "answer": text,
            "share": round(share, 3),
            "commonest expected": commonest,
            "its share": round(usual, 3),
            "rows that expect another": others,
        },
    )
