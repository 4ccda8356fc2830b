"""GEN007"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import edge_pads
from workup.examine.measurements.generating import Trial

# Enough rows of unequal length to see that they change each other.
_ROWS = 8
# Measured: other batches move scores by 1e-5 in float32 and 0.01 in bfloat16, pads that are read by 0.5.
_READ = 0.05


@check("GEN007", "generation")
def mask_missing_in_generation(
    trial: Trial,
    batch: Mapping[str, Any],
    tokenizer: Any,
    unmasked_inputs: Sequence[Sequence[int]] | None = None,
) -> Finding | None:
    """Answers depend on the padding of their batch, because no attention mask is given.

    What it checks
    Where padded inputs were given to `generate()` without an attention mask or, if nobody saw it called, the
    collator makes none: whether the rows are answered as each of them is alone, without pads.

    Why it matters
    Without a mask the model reads the pads, and an answer depends on the longest row beside it: a service
    that answers one text at a time says something else than the evaluation. transformers 4 inferred the mask
    from the pads, unless pad and end were one token; transformers 5 no longer does so for encoder-decoders.

    Evidence
    How many answers change, by how much the scores of first tokens move, and the number of pads.

    Example
    Wrong: `model.generate(batch["input_ids"])`. Right: `model.generate(**batch)`, with the mask that the
    tokenizer made.

    Remedy
    Give `generate()` the attention mask.

    When it is harmless
    Where the mask is inferred, all rows have one length, or the model was trained without a mask too and no
    answer changes; then nothing is said. Where only the scores move, no harm was measured on these rows.

    Known limits
    One batch of eight rows. A model that answers everything alike does so with pads too.

    Sources
    https://github.com/huggingface/transformers/issues/17195,
    https://github.com/huggingface/transformers/issues/23179; measured with transformers 4.57 and 5.18; the
    test of this check repeats it
    """
    import torch

    given: Any = unmasked_inputs
    trained_with_mask = batch.get("attention_mask") is not None
    if unmasked_inputs is None and not trained_with_mask:
        given = batch.get("input_ids")
    if given is None or not len(given):
        return None
    ids = torch.as_tensor(given)[:_ROWS].to(trial.model.device)
    if ids.dim() != 2:
        return None
    edges = [edge_pads(row, tokenizer.pad_token_id, tokenizer.eos_token_id) for row in ids.tolist()]
    pads = sum(map(sum, edges))
    if not pads:
        return None
    together = trial.answers(inputs={"input_ids": ids})
    mask, changed = torch.zeros_like(ids), 0
    for n, (left, right) in enumerate(edges):
        text = slice(left, ids.shape[1] - right)
        mask[n, text] = 1
        (alone,) = trial.answers(inputs={"input_ids": ids[n : n + 1, text]})
        changed += alone.tokens != together[n].tokens
    masked = trial.first_scores({"input_ids": ids, "attention_mask": mask})
    moved = float((trial.first_scores({"input_ids": ids}) - masked).abs().max())
    if not changed and not (trained_with_mask and moved > _READ):
        return None
    told = (
        f"{changed} of {len(ids)} answers change when a row is answered alone"
        if changed
        else f"the scores of first tokens move by up to {moved:.2g} with the padding of the batch"
    )
    return Finding(
        Severity.WARNING,
        f"{told}: {pads} of {ids.numel()} input tokens are padding, and generate() is given no attention "
        "mask",
        Remedy(
            "give generate() the attention mask that the tokenizer makes",
            code="model.generate(input_ids=batch['input_ids'], attention_mask=batch['attention_mask'])",
        ),
        {
            "rows tried": len(ids),
            "answers changed": changed,
            "scores move by": round(moved, 4),
            "pads": pads,
            "input tokens": ids.numel(),
        },
        harm="" if changed else f"none was measured: none of {len(ids)} answers changes",
    )
