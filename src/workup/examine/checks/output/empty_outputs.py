"""OUT001"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answers, many
from workup.examine.symptoms import Frame, is_empty, is_pad_loop

# A model may have nothing to say now and then; every second row is a fault of its training.
_SOME, _MOST = 0.05, 0.5


@check("OUT001", "output")
def empty_outputs(answers: Answers, frame: Frame | None = None) -> Finding | None:
    """Answers are empty where something was expected.

    What it checks
    Whether the text of answers is empty although the expected text is not. Answers of nothing but pads are
    left to another check.

    Why it matters
    An answer that ends at once is what is learned when most labels are pads or end tokens, when the decoder
    was fed the labels themselves, or when decoding drops what was said.

    Evidence
    The empty answers, and how many of them ended by themselves.

    Example
    `""` where "yellow" was expected.

    Remedy
    Look at the labels of one batch: pads must be -100, and the decoder must not see the label it has to say.

    When it is harmless
    Where nothing is expected either; such rows are not counted.

    Known limits
    The cause is not told here; the checks of the batches name it.

    Sources
    https://github.com/huggingface/transformers/issues/6238,
    https://github.com/huggingface/transformers/issues/27714
    """
    rows = [row for row in answers.rows if row.expected is None or not is_empty(row.expected)]
    empty = [row for row in rows if is_empty(row.text) and not (frame and is_pad_loop(row.ids, frame))]
    if not many(len(empty), len(rows), _SOME):
        return None
    share, ended = len(empty) / len(rows), sum(row.said.ended for row in empty)
    dropped = sum(bool(row.said.tokens) for row in empty) if frame else 0
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"{len(empty)} of {len(rows)} answers ({share:.0%}) are empty; {ended} of them end by themselves",
        Remedy(
            "decode them with their special tokens: what was said is one of these"
            if dropped == len(empty)
            else "look at the labels of one batch: pads must be -100, the decoder's input one token behind",
            change={} if dropped == len(empty) else {"tokens.mask_label_pads": True},
        ),
        {
            **answers.evidence,
            "empty": len(empty),
            "share": round(share, 3),
            "ended by themselves": ended,
            "special tokens only": dropped,
        },
    )
