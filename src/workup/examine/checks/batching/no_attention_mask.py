"""BAT007"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import edge_pads


@check("BAT007", "batching")
def no_attention_mask(batch_ids: dict[str, list[list[int]]], batch: Any, tokenizer: Any) -> Finding | None:
    """The inputs are padded and no attention mask says so.

    What it checks
    Whether a batch with pads at the edges of its inputs comes without `attention_mask`.

    Why it matters
    The model attends to the pads, so an answer depends on how long the other rows of its batch are.
    transformers 4 guesses the mask from the pads in generation, and in training it does not: the two differ.
    transformers 5 guesses it for no encoder-decoder.

    Evidence
    The number of pads among the input tokens.

    Example
    Wrong: `model(input_ids=batch["input_ids"], labels=batch["labels"])`. Right: with
    `attention_mask=batch["attention_mask"]`.

    Remedy
    Pass the mask that the tokenizer makes.

    When it is harmless
    It often is: a tiny T5 trained without a mask learned its task as well. It is a risk, not a cause.

    Known limits
    One batch is looked at; where pad and end are one token, the first of a run is taken for an end.

    Sources
    https://github.com/huggingface/transformers/issues/17195
    https://github.com/huggingface/transformers/issues/23179
    """
    inputs = batch_ids.get("input_ids")
    if inputs is None or batch.get("attention_mask") is not None:
        return None
    pad, end = getattr(tokenizer, "pad_token_id", None), getattr(tokenizer, "eos_token_id", None)
    pads, total = sum(sum(edge_pads(row, pad, end)) for row in inputs), sum(map(len, inputs))
    if not pads:
        return None
    return Finding(
        Severity.WARNING,
        f"{pads} of {total} input tokens ({pads / total:.0%}) are padding, and there is no attention mask",
        Remedy(
            "keep the column attention_mask that the tokenizer makes",
            code="batch['attention_mask'] = (batch['input_ids'] != tokenizer.pad_token_id).long()"
            if pad != end
            else "",
        ),
        {"pads": pads, "input tokens": total},
    )
