"""OUT002"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answers, many
from workup.examine.symptoms import Frame, is_pad_loop

# Every second answer: the model has learned the padding.
_SOME, _MOST = 0.05, 0.5


@check("OUT002", "output")
def pad_loop(answers: Answers, frame: Frame) -> Finding | None:
    """The model says pads and nothing else.

    What it checks
    Whether the ids of answers are pads only, with no end among them.

    Why it matters
    No target has a pad in it unless pads were left in the labels: the model has learned the padding in place
    of the text.

    Evidence
    The answers of pads only, and how long they are.

    Example
    `[0, 0, 0, 0, 0, 0]` from a T5, whose pad and start token is 0.

    Remedy
    Set pads in the labels to -100 and train again.

    When it is harmless
    Never as an answer. Pads behind an end token are how short answers of a batch are filled up; they are not
    counted.

    Known limits
    Where pad and end are one token it cannot be seen, and nothing is said.

    Sources
    https://github.com/huggingface/transformers/issues/6238,
    https://github.com/huggingface/transformers/issues/7896
    """
    loops = [row for row in answers.rows if is_pad_loop(row.ids, frame)]
    if not many(len(loops), len(answers.rows), _SOME):
        return None
    share = len(loops) / len(answers.rows)
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"{len(loops)} of {len(answers.rows)} answers ({share:.0%}) consist of pads and never end",
        Remedy(
            "set pads in the labels to -100 and train again",
            change={"tokens.mask_label_pads": True},
            code="labels[labels == tokenizer.pad_token_id] = -100",
        ),
        {
            **answers.evidence,
            "pads only": len(loops),
            "share": round(share, 3),
            "longest": max(len(row.ids) for row in loops),
        },
    )
