"""BAT013"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Sample, ids, live
from workup.examine.measurements.prompts import common_beginning
from workup.examine.measurements.sampling import spread
from workup.examine.subject import Pair

# The fault is one of the preparation and strikes every row; a target that quotes its source is rarer.
_NEARLY_ALL = 0.9
# Two tokens at the start of an answer may be those of its source by chance.
_LEAST = 3
# Letters of a source that a target does not hold by chance; and the rows whose texts are compared.
_LETTERS, _TEXTS = 8, 500


@check("BAT013", "batching")
def prompt_in_labels(
    sampled_rows: Sample, tokenizer: Any, train_pairs: Sequence[Pair] | None = None
) -> Finding | None:
    """The labels hold the source before the answer, or zeros that were meant to be ignored.

    What it checks
    Whether the labels of nearly every row begin with the row's own input and go on after it; where that shows
    in the texts only, as behind a prompt that the targets lack, it is a warning. And whether labels begin, or
    end behind the end token, with a run of id 0, where 0 is not the pad.

    Why it matters
    The model learns to repeat the question before it answers, and most of the loss is spent on that. Zeros
    are learned as if they were words; only -100 is ignored.

    Evidence
    The number of rows, and the share of their labels that is source or zeros.

    Example
    Wrong: `labels = prompt_ids + answer_ids`, or `labels = [0] * len(prompt_ids) + answer_ids`. Right:
    `labels = answer_ids` for an encoder-decoder model.

    Remedy
    Give the answer alone as labels.

    When it is harmless
    Where the task is to repeat the source and go on.

    Known limits
    At most 2000 rows are looked at.

    Sources
    https://github.com/meta-llama/llama-cookbook/issues/101
    """
    pad, end = getattr(tokenizer, "pad_token_id", None), getattr(tokenizer, "eos_token_id", None)
    rows = [(ids(row.get("input_ids")), live(ids(row.get("labels")))) for row in sampled_rows.rows]
    rows = [(_stripped(source, {pad, end}), labels) for source, labels in rows if labels]
    if not rows:
        return None
    remedy = Remedy("give the answer alone as labels, and -100 where the loss shall look away")
    long = [(source, labels) for source, labels in rows if len(source) >= _LEAST]
    repeated = [
        len(source) / len(labels)
        for source, labels in long
        if labels[: len(source)] == source and _stripped(labels[len(source) :], {pad, end})
    ]
    copied = _copied(train_pairs or ())
    if repeated and len(repeated) >= _NEARLY_ALL * len(long) and not copied:
        return _finding(Severity.ERROR, "labels", repeated, len(long), remedy, sampled_rows.evidence)
    if copied:
        return _finding(Severity.WARNING, "targets", copied, len(copied), remedy, sampled_rows.evidence)
    zeros = [_zeros(labels, end) for _, labels in rows] if 0 not in (pad, end) else []
    with_zeros = sum(count >= _LEAST for count in zeros)
    if with_zeros <= len(rows) / 2:
        return None
    share = sum(zeros) / sum(len(labels) for _, labels in rows)
    return Finding(
        Severity.ERROR,
        f"{share:.0%} of the labels are zeros at the edges, in {with_zeros} of {len(rows)} rows; "
        "only -100 is ignored",
        remedy,
        {"rows with zeros": with_zeros, "share of the labels": round(share, 3)} | sampled_rows.evidence,
    )


def _stripped(row: list[int], edges: set[int | None]) -> list[int]:
    """A row without pads and ends behind it."""
    count = len(row)
    while count and row[count - 1] in edges:
        count -= 1
    return row[:count]


def _copied(pairs: Sequence[Pair]) -> list[float]:
    """The share of each target that is its source, where nearly all begin with it and go on in words.

    Of a prompt that all sources begin with, the targets may have all, the end, or nothing.
    """
    some = [Pair(pair.source.strip(), pair.target.strip()) for pair in spread(pairs, _TEXTS)]
    prompt = common_beginning([pair.source for pair in some], 2) or ""
    shares = []
    for pair in some:
        content = pair.source.removeprefix(prompt)
        before, found, after = pair.target.partition(content)
        if len(content) >= _LETTERS and found and prompt.endswith(before) and any(map(str.isalnum, after)):
            shares.append(1 - len(after) / len(pair.target))
    return shares if shares and len(shares) >= _NEARLY_ALL * len(some) else []


def _finding(
    severity: Severity,
    what: str,
    shares: list[float],
    rows: int,
    remedy: Remedy,
    sampled: dict[str, int],
) -> Finding:
    share = sum(shares) / len(shares)
    return Finding(
        severity,
        f"the {what} of {len(shares)} of {rows} rows begin with the source, {share:.0%} of them",
        remedy,
        {"rows with the source": len(shares), "share of the labels": round(share, 3)} | sampled,
        harm="answers begin by repeating the question",
    )


def _zeros(labels: list[int], end: int | None) -> int:
    """The length of the run of zeros before the first other token, or behind the end token."""
    left = next((n for n, token in enumerate(labels) if token != 0), len(labels))
    right = next((n for n, token in enumerate(reversed(labels)) if token != 0), len(labels))
    behind_end = right < len(labels) and labels[len(labels) - 1 - right] == end
    return max(left, right if behind_end else 0)
