"""BAT008"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import edge_pads

# Some training schemes hide a part of the text on purpose; more than half of it is no scheme.
_MOST = 0.5


@check("BAT008", "batching")
def mask_ignores_pads(batch_ids: dict[str, list[list[int]]], tokenizer: Any) -> Finding | None:
    """The attention mask does not fit the inputs: ones over pads, zeros over text, or another shape.

    What it checks
    Whether `attention_mask` has the shape of `input_ids`, is 0 where pads stand at the edges, and 1 on text.
    Masks of more than two dimensions and masks with other values than 0 and 1 are not judged.

    Why it matters
    Under an inverted mask the model reads nothing but pads, and learns the most frequent answer. Under a mask
    of ones it reads the pads too.

    Evidence
    How many pads are attended, and how many text tokens are hidden.

    Example
    Wrong: `attention_mask = input_ids == tokenizer.pad_token_id`. Right: `!=`, or the tokenizer's own mask.

    Remedy
    Use the mask that the tokenizer makes, padded with 0.

    When it is harmless
    Attended pads are often without consequence; they are a warning only.

    Known limits
    One batch is looked at; where pad and end are one token, the first of a run is taken for an end.

    Sources
    https://huggingface.co/docs/transformers/glossary#attention-mask and measured on tiny models; the test of
    this check repeats it.
    """
    inputs, mask = batch_ids.get("input_ids"), batch_ids.get("attention_mask")
    if inputs is None or mask is None or {value for row in mask for value in row} - {0, 1}:
        return None
    remedy = Remedy("use the mask that the tokenizer makes, and pad it with 0")
    if [len(row) for row in inputs] != [len(row) for row in mask]:
        shapes = {"inputs": [len(inputs), len(inputs[0])], "mask": [len(mask), len(mask[0])]}
        told = " and ".join(f"{name} {rows} x {width}" for name, (rows, width) in shapes.items())
        return Finding(Severity.ERROR, f"the attention mask has another shape: {told}", remedy, shapes)
    pad, end = getattr(tokenizer, "pad_token_id", None), getattr(tokenizer, "eos_token_id", None)
    pads = attended = hidden = total = 0
    for row, seen in zip(inputs, mask, strict=True):
        left, right = edge_pads(row, pad, end)
        over_pads = seen[:left] + seen[len(row) - right :]
        pads, attended = pads + len(over_pads), attended + sum(over_pads)
        text = seen[left : len(row) - right]
        total, hidden = total + len(text), hidden + text.count(0)
    evidence = {"pads": pads, "pads attended": attended, "text tokens": total, "text tokens hidden": hidden}
    if total and hidden / total > _MOST:
        return Finding(
            Severity.ERROR,
            f"the attention mask hides {hidden} of {total} text tokens and shows {attended} of {pads} pads",
            remedy,
            evidence,
            harm="the model does not see its input",
        )
    if attended:
        return Finding(
            Severity.WARNING, f"the attention mask shows {attended} of {pads} pads as text", remedy, evidence
        )
    return None
