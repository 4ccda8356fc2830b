"""OUT003"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answer, Answers, many
from workup.examine.symptoms import begins_with_sentinel

# One answer in ten shows the habit; every second one says that the task was not learned.
_SOME, _MOST = 0.1, 0.5


@check("OUT003", "output")
def sentinels(answers: Answers, tokenizer: Any = None) -> Finding | None:
    """Answers begin with `<extra_id_0>`, as in T5's pretraining.

    What it checks
    Whether answers begin with a sentinel, in their text or in their ids, where the expected texts do not.

    Why it matters
    A T5 that was only pretrained fills masked spans, whatever it is asked. The fine-tuning has not reached
    it: too few steps, too small a step size, another model loaded, or numbers that overflowed in fp16.

    Evidence
    The answers that begin so.

    Example
    `<extra_id_0> the sky <extra_id_1>` for a question about a colour.

    Remedy
    Train longer or with a larger step size; check that the trained weights are those that answer; train T5 in
    bf16 or float32.

    When it is harmless
    Where the targets have that form, as in further pretraining.

    Known limits
    Models other than T5 and its kin have no such tokens.

    Sources
    https://github.com/huggingface/transformers/issues/8704,
    https://github.com/huggingface/transformers/issues/8844
    """
    begin = [row for row in answers.rows if _begins(row, tokenizer)]
    wanted = [expected for _, expected in answers.known if begins_with_sentinel(expected)]
    if not many(len(begin) - len(wanted), len(answers.rows), _SOME):
        return None
    share = len(begin) / len(answers.rows)
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"{len(begin)} of {len(answers.rows)} answers ({share:.0%}) begin with a sentinel, "
        "such as <extra_id_0>",
        Remedy(
            "train longer or with a larger step size, in bf16 or float32, and check that the trained weights "
            "are loaded"
        ),
        {
            **answers.evidence,
            "begin with a sentinel": len(begin),
            "share": round(share, 3),
            "expected to": len(wanted),
            "example": begin[0].text[:80],
        },
    )


def _begins(row: Answer, tokenizer: Any) -> bool:
    """By the text, or by the first id, which decoding may have dropped as a special token."""
    if begins_with_sentinel(row.text):
        return True
    if tokenizer is None or not row.said.tokens or not hasattr(tokenizer, "convert_ids_to_tokens"):
        return False
    return begins_with_sentinel(str(tokenizer.convert_ids_to_tokens(row.said.tokens[0])))
