"""OUT005"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answer, Answers, examples, many
from workup.examine.symptoms import Frame, pieces, repetition_share

# An answer is a loop where half of it or more is one passage said three times in succession; answers of
# fewer tokens are lists of like words as often as loops.
_LOOP, _FEWEST_TOKENS = 0.5, 6
_SOME, _MOST = 0.1, 0.5


@check("OUT005", "output")
def repetition(
    answers: Answers, frame: Frame, tokenizer: Any = None, label_rows: list[list[int]] | None = None
) -> Finding | None:
    """Answers go round in a loop.

    What it checks
    The share of answers half of which, or more, is one passage of words or tokens said three times in
    succession, beside the share of expected texts that repeat so.

    Why it matters
    Loops come from answers that cannot end, because the end token was not learned or is suppressed, from too
    little training, and from weights that were not loaded.

    Evidence
    Answers and expected texts that are loops, how many of the answers have an end, and how many labels of a
    batch, where one is at hand.

    Example
    "blue blue blue blue blue blue" for "blue".

    Remedy
    Labels without an end: append the end token. With one: train longer, and let nothing suppress the end in
    generation. A repetition penalty hides the loop and cures nothing.

    When it is harmless
    Where texts repeat by nature, as in songs or tables: the expected ones do so too, and nothing is said.

    Known limits
    Loops of more than twelve words or tokens are not seen.

    Sources
    https://github.com/huggingface/transformers/issues/5142, https://arxiv.org/abs/1904.09751
    """
    loops = [row for row in answers.rows if _is_loop(row)]
    wanted = sum(_repeats(expected, tokenizer) for _, expected in answers.known)
    if not many(len(loops) - wanted, len(answers.rows), _SOME):
        return None
    share, ended = len(loops) / len(answers.rows), sum(row.said.ended for row in loops)
    labelled = sum(not frame.ends.isdisjoint(row) for row in label_rows or ())
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"{len(loops)} of {len(answers.rows)} answers ({share:.0%}) repeat one passage again and again, "
        f"{wanted} of the expected do; {ended} of them end by themselves",
        _remedy(ended == len(loops), None if label_rows is None else labelled == len(label_rows)),
        {
            **answers.evidence,
            "loops": len(loops),
            "expected loops": wanted,
            "ended by themselves": ended,
            **({} if label_rows is None else {"labels with an end": f"{labelled} of {len(label_rows)}"}),
            "examples": examples([(row.text, row.expected or "?") for row in loops]),
        },
    )


def _remedy(all_end: bool, labels_end: bool | None) -> Remedy:
    """By whether the answers come to an end, and whether the labels do; None: nobody knows."""
    if all_end:
        return Remedy("train longer, and see that the weights that answer are those that were trained")
    if labels_end is None:
        return Remedy("check that every label ends in the end token and that generation waits for it")
    if labels_end:
        return Remedy("the labels have their end: train longer, and let nothing suppress it in generation")
    return Remedy("append the end token to the labels once", change={"tokens.append_eos": True})


def _is_loop(row: Answer) -> bool:
    return _long_loop(row.said.tokens) or _long_loop(pieces(row.text))


def _long_loop(items: Sequence[Any]) -> bool:
    return len(items) >= _FEWEST_TOKENS and repetition_share(items) >= _LOOP


def _repeats(expected: str, tokenizer: Any) -> bool:
    """Whether an expected text repeats as well, by words, and by tokens where they can be had."""
    if _long_loop(pieces(expected)):
        return True
    if tokenizer is None or not expected:
        return False
    return _long_loop(tokenizer(expected, add_special_tokens=False)["input_ids"])
