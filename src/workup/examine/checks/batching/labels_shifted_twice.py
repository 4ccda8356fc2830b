"""BAT006"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import live
from workup.examine.subject import Pair

_PAIRS = 2000
# A fault of the collator or of the preparation strikes every row; half of them leaves room for odd ones.
_MOST = 0.5


@check("BAT006", "batching")
def labels_shifted_twice(
    batch_ids: dict[str, list[list[int]]], train_pairs: Sequence[Pair], tokenizer: Any
) -> Finding | None:
    """The labels lack the first token of the target: they were shifted before the model shifts them.

    What it checks
    Whether the labels of the batch are the targets' own ids without the first. A special token that is
    missing there is left out of account, and so are batches whose `decoder_input_ids` begin with it.

    Why it matters
    T5, BART and their kin shift the labels themselves. Given shifted ones they learn answers without a
    beginning: the first word, or a piece of it, is missing from every answer.

    Evidence
    How many label rows equal a target, and how many equal one without its first token; one of those.

    Example
    Wrong: `labels = tokenizer(text_target=target).input_ids[1:]`. Right: the same without `[1:]`.

    Remedy
    Give the labels unshifted.

    When it is harmless
    Where the batch brings `decoder_input_ids` that begin with the missing token, as scripts for BART once
    did; then nothing is said.

    Known limits
    Rows are compared with 2000 targets at most; targets that were cut are not recognised.

    Sources
    https://github.com/facebookresearch/fairseq/issues/2209
    """
    labels = [live(row) for row in batch_ids.get("labels", [])]
    if not labels or not callable(tokenizer):
        return None
    count = min(len(train_pairs), _PAIRS)
    targets = [train_pairs[n * len(train_pairs) // count].target for n in range(count)]
    encoded = [tuple(row) for row in tokenizer(text_target=targets)["input_ids"]] if targets else []
    whole = set(encoded)
    special = set(getattr(tokenizer, "all_special_ids", ()))
    beheaded: dict[tuple[int, ...], set[int]] = {}
    for row in encoded:
        if len(row) > 1 and row[0] not in special and tokenizer.decode([row[0]]).strip():
            beheaded.setdefault(row[1:], set()).add(row[0])
    firsts = [row[0] if row else None for row in batch_ids.get("decoder_input_ids", [])] or [None] * len(
        labels
    )
    fine = sum(tuple(row) in whole for row in labels)
    shifted = [
        row
        for row, first in zip(labels, firsts, strict=False)
        if tuple(row) not in whole and tuple(row) in beheaded and first not in beheaded[tuple(row)]
    ]
    if len(shifted) <= _MOST * len(labels):
        return None
    first_row = shifted[0]
    missing = tokenizer.decode([min(beheaded[tuple(first_row)])]).strip()
    return Finding(
        Severity.ERROR,
        f"{len(shifted)} of {len(labels)} label rows lack the first token of their target ({missing!r} "
        f"before {tokenizer.decode(first_row, skip_special_tokens=True)!r})",
        Remedy("give the labels unshifted; the model shifts them itself"),
        {
            "label rows": len(labels),
            "without the first token": len(shifted),
            "whole": fine,
            "targets compared": count,
        },
        harm="every answer lacks its first token",
    )
