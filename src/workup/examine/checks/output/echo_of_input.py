"""OUT004"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answers, examples, many
from workup.examine.symptoms import echo_share

# An answer is an echo where nearly all of it is copied in long runs.
_COPIED = 0.8
# One in five beyond what the expected texts copy; every second one spoils the result.
_SOME, _MOST = 0.2, 0.5


@check("OUT004", "output")
def echo_of_input(answers: Answers) -> Finding | None:
    """Answers repeat the input where something else was expected.

    What it checks
    The share of answers of which four fifths or more lie in passages copied from their source, beside the
    share of expected texts that do.

    Why it matters
    A model that copies its input has not learned the task: it does what its pretraining taught, or reads an
    instruction that it does not know.

    Evidence
    Answers and expected texts that are echoes.

    Example
    "a ripe lemon from the market" for "name the colour: a ripe lemon from the market".

    Remedy
    Check that the prefix is the same in training and prediction, that the trained weights are loaded, and
    that the step size is not too small.

    When it is harmless
    Where the task is to copy, as in extraction or correction: expected texts copy as much then, and nothing
    is said.

    Known limits
    Passages of fewer than four words are not counted; rows of which nobody knows the expected text are not
    looked at.

    Sources
    https://huggingface.co/docs/transformers/model_doc/t5; measured on tiny models; the test of this check
    repeats it.
    """
    rows = answers.known
    echoes = [(row.text, expected) for row, expected in rows if echo_share(row.text, row.source) >= _COPIED]
    wanted = sum(echo_share(expected, row.source) >= _COPIED for row, expected in rows)
    wrong = [(text, expected) for text, expected in echoes if text.strip() != expected.strip()]
    if not many(min(len(echoes) - wanted, len(wrong)), len(rows), _SOME):
        return None
    share = len(echoes) / len(rows)
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"{len(echoes)} of {len(rows)} answers ({share:.0%}) repeat their input, {wanted} of the expected do",
        Remedy(
            "use the training's prefix in prediction, check that the trained weights are loaded, and try a "
            "larger step size"
        ),
        {
            **answers.evidence,
            "echoes": len(echoes),
            "expected echoes": wanted,
            "examples": examples(wrong),
        },
    )
