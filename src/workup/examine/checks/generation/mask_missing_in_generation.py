"""GEN007"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import edge_pads
from workup.examine.measurements.generating import Trial

# Enough rows of unequal length to see that they change each other.
_ROWS = 8
_INPUTS = ("input_ids", "inputs")


@check("GEN007", "generation")
def mask_missing_in_generation(
    trial: Trial, batch: Mapping[str, Any], tokenizer: Any, generation: Mapping[str, Any] | None = None
) -> Finding | None:
    """Answers depend on the padding of their batch, because no attention mask is given.

    What it checks
    Where padded inputs are given to `generate()` without an attention mask, or the collator makes none:
    whether the rows of a batch are answered as each of them is alone, without pads.

    Why it matters
    Without a mask the model reads the pads, and an answer depends on the longest row beside it: a service
    that answers one text at a time says something else than the evaluation. transformers 4 inferred the mask
    from the pads, unless pad and end were one token; transformers 5 no longer does so for encoder-decoders.

    Evidence
    How many answers change, and the number of pads.

    Example
    Wrong: `model.generate(batch["input_ids"])`. Right: `model.generate(**batch)`, with the mask that the
    tokenizer made.

    Remedy
    Give `generate()` the attention mask.

    When it is harmless
    Where no answer changes, because the mask is inferred or all rows have one length; then nothing is said.

    Known limits
    One batch of eight rows. A model that answers everything alike does so with pads too.

    Sources
    https://github.com/huggingface/transformers/issues/17195,
    https://github.com/huggingface/transformers/issues/23179; measured with transformers 4.57 and 5.18; the
    test of this check repeats it
    """
    ids = _unmasked(batch, generation or {})
    if ids is None or ids.dim() != 2:
        return None
    ids = ids[:_ROWS].to(trial.model.device)
    edges = [edge_pads(row, tokenizer.pad_token_id, tokenizer.eos_token_id) for row in ids.tolist()]
    pads = sum(map(sum, edges))
    if not pads:
        return None
    together = trial.answers(inputs={"input_ids": ids})
    changed = 0
    for row, (left, right), answer in zip(ids, edges, together, strict=True):
        (alone,) = trial.answers(inputs={"input_ids": row[None, left : len(row) - right]})
        changed += alone.tokens != answer.tokens
    if not changed:
        return None
    return Finding(
        Severity.WARNING,
        f"{changed} of {len(ids)} answers change when a row is answered alone: {pads} of {ids.numel()} input "
        "tokens are padding, and generate() is given no attention mask",
        Remedy(
            "give generate() the attention mask that the tokenizer makes",
            code="model.generate(input_ids=batch['input_ids'], attention_mask=batch['attention_mask'])",
        ),
        {"rows tried": len(ids), "answers changed": changed, "pads": pads, "input tokens": ids.numel()},
    )


def _unmasked(batch: Mapping[str, Any], generation: Mapping[str, Any]) -> Any:
    """The inputs that generate() is given without a mask: its own, else those that the collator makes."""
    given = next((generation[name] for name in _INPUTS if hasattr(generation.get(name), "dim")), None)
    holder, ids = (batch, batch.get("input_ids")) if given is None else (generation, given)
    return ids if holder.get("attention_mask") is None else None
