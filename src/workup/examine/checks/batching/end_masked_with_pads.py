"""BAT004"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Collation, ids, live, plain_ids

# A single masked end may be a row that was cut on purpose; the fault itself strikes every row.
_MOST = 0.5


@check("BAT004", "batching")
def end_masked_with_pads(collation: Collation, tokenizer: Any) -> Finding | None:
    """The end token is left out of the loss together with the pads.

    What it checks
    Whether rows whose labels end in the end token lose it on the way through the collator, which happens
    where pad and end are one token and every pad id is set to -100.

    Why it matters
    The model never learns to stop: it answers and goes on until the length limit.

    Evidence
    How many rows bring an end token to the collator, and how many of those reach the model without.

    Example
    Wrong: `tokenizer.pad_token = tokenizer.eos_token`, then every label that is the pad
    set to -100. Right: leave the labels to `DataCollatorForSeq2Seq`, which pads by length.

    Remedy
    Give the tokenizer a pad token of its own, or pad the labels by length.

    When it is harmless
    Where the answer's length is fixed in advance and generation is cut at it.

    Known limits
    The first rows are looked at. A collator that puts rows in another order is not judged.

    Sources
    https://github.com/huggingface/transformers/issues/23530
    https://github.com/huggingface/transformers/issues/22794
    """
    end, pad = getattr(tokenizer, "eos_token_id", None), getattr(tokenizer, "pad_token_id", None)
    labels = plain_ids((collation.batch or {}).get("labels"))
    if end is None or labels is None or len(labels) != len(collation.rows):
        return None
    raw = [live(ids(row.get("labels"))) for row in collation.rows]
    ended = [(before, live(after)) for before, after in zip(raw, labels, strict=True) if end in before]
    # The same row without its end tokens: nothing else is missing.
    masked = sum(
        end not in after and [token for token in before if token != end] == after for before, after in ended
    )
    if not ended or masked / len(ended) <= _MOST:
        return None
    why = f", because pad and end are one token ({end})" if pad == end else ""
    return Finding(
        Severity.ERROR,
        f"{masked} of {len(ended)} rows lose their end token in the collator{why}",
        Remedy(
            "let DataCollatorForSeq2Seq pad the labels by length, or give the tokenizer its own pad token",
            code="collator = DataCollatorForSeq2Seq(tokenizer, model=model)",
        ),
        {"rows with an end": len(ended), "rows whose end is ignored": masked, "pad": pad, "end": end},
        harm="the model never stops: answers run to the length limit",
    )
