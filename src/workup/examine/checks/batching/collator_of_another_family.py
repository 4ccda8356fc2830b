"""BAT011"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Collation, Sample, ids, plain_ids

# They write labels of their own, made from the inputs.
_OF_LANGUAGE_MODELS = {
    "DataCollatorForLanguageModeling",
    "DataCollatorForWholeWordMask",
    "DataCollatorForPermutationLanguageModeling",
    "DataCollatorWithFlattening",
}
# They do not pad labels.
_WITHOUT_PADDED_LABELS = {"default_data_collator", "DefaultDataCollator", "DataCollatorWithPadding"}


@check("BAT011", "batching")
def collator_of_another_family(
    collator: Any, model: Any, sampled_rows: Sample, collation: Collation
) -> Finding | None:
    """The collator is made for another kind of model.

    What it checks
    Whether an encoder-decoder model gets its batches from one of transformers' collators for language models,
    or from one that pads no labels while rows differ in length.

    Why it matters
    A collator for language models puts the inputs in the place of the labels: the model learns to copy. One
    that pads no labels fails at the first batch of unequal rows.

    Evidence
    The name of the collator, the error it ends with, and whether its labels equal its inputs.

    Example
    Wrong: `DataCollatorForLanguageModeling(tokenizer, mlm=False)`. Right:
    `DataCollatorForSeq2Seq(tokenizer, model=model)`.

    Remedy
    Use `DataCollatorForSeq2Seq`.

    When it is harmless
    With a decoder-only model, or with rows that all have one length; then nothing is said.

    Known limits
    Only transformers' own collators are judged; a class of one's own may do anything.

    Sources
    https://github.com/huggingface/transformers/issues/12307
    https://github.com/huggingface/transformers/issues/39266
    """
    if not getattr(getattr(model, "config", None), "is_encoder_decoder", False):
        return None
    kind = collator if hasattr(collator, "__name__") else type(collator)
    name = kind.__name__
    if not kind.__module__.startswith("transformers."):
        return None
    if name in _WITHOUT_PADDED_LABELS:
        lengths = [len(ids(row.get("labels"))) for row in sampled_rows.rows]
        if len(set(lengths)) < 2:
            return None
        told = f"labels of {min(lengths)} to {max(lengths)} tokens, which it does not pad"
    elif name in _OF_LANGUAGE_MODELS:
        told = "its labels are made from the inputs" if _copies(collation) else "the targets are not used"
        if collation.batch is None:
            told = "it fails on labels of unequal length"
    else:
        return None
    return Finding(
        Severity.ERROR,
        f"{name} makes the batches of an encoder-decoder model: {told}",
        Remedy(
            "use DataCollatorForSeq2Seq", code="collator = DataCollatorForSeq2Seq(tokenizer, model=model)"
        ),
        {"collator": name, "error": collation.error, "labels are the inputs": _copies(collation)}
        | sampled_rows.evidence,
    )


def _copies(collation: Collation) -> bool:
    """Whether every label that counts is the input at its place."""
    batch = collation.batch or {}
    inputs, labels = plain_ids(batch.get("input_ids")), plain_ids(batch.get("labels"))
    if inputs is None or labels is None or len(inputs) != len(labels):
        return False
    pairs = [pair for a, b in zip(inputs, labels, strict=True) for pair in zip(a, b, strict=False)]
    return any(label >= 0 for _, label in pairs) and all(a == b for a, b in pairs if b >= 0)
