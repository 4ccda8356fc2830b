"""OUT012"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answers, examples, many
from workup.examine.measurements.sampling import spread
from workup.examine.symptoms import half_word, pieces

# One answer in five holds a fragment: more than a misspelt word now and then.
_SOME, _MOST = 0.2, 0.5


@check("OUT012", "output", after=["TOK007"])
def half_words(answers: Answers, train_pairs: Sequence[Any] | None = None) -> Finding | None:
    """Answers hold half words.

    What it checks
    How many answers hold a word that occurs in no source and no target, and with which a word of their own
    expected text begins or ends.

    Why it matters
    A model puts words together of fragments. Half words show a training that stopped too early, answers that
    were cut within a word, or another tokenizer than that of the training.

    Evidence
    The answers, and some of the fragments.

    Example
    "yel" for "yellow".

    Remedy
    Train for more steps; where the answers have no end, allow more new tokens; use the tokenizer that was
    saved with the model.

    When it is harmless
    Where short forms are as good as the words. Short forms that occur in any source or target are not
    counted.

    Known limits
    Words of letters only; fragments of words that were not expected in that row are not seen.

    Sources
    https://github.com/huggingface/transformers/issues/12763; measured on tiny models; the test of this check
    repeats it.
    """
    rows = answers.known
    known = _words([text for row, expected in rows for text in (row.source, expected)])
    known |= _words([text for pair in spread(train_pairs or ()) for text in (pair.source, pair.target)])
    halves = [(half_word(row.text, expected, known), row, expected) for row, expected in rows]
    halves = [found for found in halves if found[0]]
    if not many(len(halves), len(rows), _SOME):
        return None
    share, ended = len(halves) / len(rows), sum(row.said.ended for _, row, _ in halves)
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"{len(halves)} of {len(rows)} answers ({share:.0%}) hold half a word, such as {halves[0][0]!r}; "
        f"{ended} of them end by themselves",
        Remedy(
            "train for more steps, with the tokenizer that answers; where answers have no end, raise the cap"
        ),
        {
            **answers.evidence,
            "with half words": len(halves),
            "ended by themselves": ended,
            "fragments": sorted({half for half, _, _ in halves})[:5],
            "examples": examples([(row.text, expected) for _, row, expected in halves]),
        },
    )


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in pieces(text)}
