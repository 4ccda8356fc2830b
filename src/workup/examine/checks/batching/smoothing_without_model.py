"""BAT012"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Collation


@check("BAT012", "batching")
def smoothing_without_model(arguments: Any, collation: Collation, model: Any = None) -> Finding | None:
    """Label smoothing is on, and the batch brings no decoder inputs.

    What it checks
    Whether `label_smoothing_factor` is above 0 while the collated batch has no `decoder_input_ids`.

    Why it matters
    For smoothing the Trainer takes the labels out of the batch before it calls the model, so that the model
    cannot make decoder inputs from them. T5 stops with an error that names neither; BART silently decodes its
    own input instead.

    Evidence
    The smoothing, and the fields of the batch.

    Example
    Wrong: `DataCollatorForSeq2Seq(tokenizer)`. Right: `DataCollatorForSeq2Seq(tokenizer, model=model)`.

    Remedy
    Give the model to the collator.

    When it is harmless
    Where a `compute_loss` of your own makes the decoder inputs.

    Known limits
    Decoder-only models are not judged.

    Sources
    https://github.com/huggingface/transformers/issues/10452
    """
    factor = getattr(arguments, "label_smoothing_factor", 0)
    config = getattr(model, "config", None)
    if not isinstance(factor, int | float) or factor <= 0:
        return None
    if config is not None and not getattr(config, "is_encoder_decoder", False):
        return None
    batch = collation.batch or {}
    if batch.get("labels") is None or batch.get("decoder_input_ids") is not None:
        return None
    return Finding(
        Severity.ERROR,
        f"label smoothing is {factor:g}, and none of the batch's {len(batch)} fields is decoder_input_ids",
        Remedy(
            "give the model to the collator, or train without smoothing",
            change={"training.label_smoothing": 0.0},
            code="collator = DataCollatorForSeq2Seq(tokenizer, model=model)",
        ),
        {"label_smoothing_factor": factor, "fields of the batch": sorted(map(str, batch))},
    )
