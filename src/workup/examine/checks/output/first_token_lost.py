"""OUT008"""

from __future__ import annotations

from collections import Counter
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answers, examples, many
from workup.examine.symptoms import lost_beginning

# One answer in five has lost its beginning; every second one spoils the result.
_SOME, _MOST = 0.2, 0.5
# Always the same word missing, of expected texts that begin in many ways, is a word the model disputes
# ("not known", "known"): a wrong answer, not a lost token.
_ONE_WORD = 0.9


@check("OUT008", "output", after=["TOK007"])
def first_token_lost(answers: Answers, tokenizer: Any = None) -> Finding | None:
    """Answers are what was expected without its beginning.

    What it checks
    How many answers equal the expected text but for its first word or first token.

    Why it matters
    Labels were shifted by hand and then again by the model, or the first generated token is cut off as if it
    were the start token: the first token is never learned, or never shown.

    Evidence
    Such answers, beside those that are right, and what is missing.

    Example
    "low and green" for "yellow and green".

    Remedy
    Hand labels over as they are: encoder-decoder models shift them themselves. Decode all that `generate()`
    returns.

    When it is harmless
    Where the missing word is always the same and does not belong to the answer; then nothing is said.

    Known limits
    Expected texts of one token cannot lose a part of it, and answers to them are then empty.

    Sources
    https://github.com/facebookresearch/fairseq/issues/2209,
    https://github.com/huggingface/transformers/issues/19500
    """
    rows = answers.known
    found = []
    for row, expected in rows:
        lost = lost_beginning(row.text, expected).strip()
        if lost and (" " not in lost) and (_is_word(lost, expected) or _is_token(lost, expected, tokenizer)):
            found.append((lost, row.text, expected))
    if not many(len(found), len(rows), _SOME, fewest=3):
        return None
    common, count = Counter(lost for lost, _, _ in found).most_common(1)[0]
    begin_so = sum(expected.strip().startswith(common) for _, expected in rows)
    if count >= _ONE_WORD * len(found) and begin_so < _ONE_WORD * len(rows):
        return None
    right = sum(row.text.strip() == expected.strip() for row, expected in rows)
    share = len(found) / len(rows)
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"{len(found)} of {len(rows)} answers ({share:.0%}) lack their first token, {right} are right",
        Remedy(
            "hand labels over unshifted, and decode all that generate() returns",
            code="tokenizer.batch_decode(model.generate(**batch), skip_special_tokens=True)",
        ),
        {
            **answers.evidence,
            "without their first token": len(found),
            "right": right,
            "missing": sorted({lost for lost, _, _ in found})[:5],
            "examples": examples([(text, expected) for _, text, expected in found]),
        },
    )


def _is_word(lost: str, expected: str) -> bool:
    return expected.split()[0] == lost


def _is_token(lost: str, expected: str, tokenizer: Any) -> bool:
    if tokenizer is None:
        return False
    first = tokenizer(expected.strip(), add_special_tokens=False)["input_ids"][:1]
    return bool(tokenizer.decode(first).strip() == lost)
