"""MOD004"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Sample, ids


@check("MOD004", "model")
def embedding_too_small(
    model: Any, tokenizer: Any = None, sampled_rows: Sample | None = None
) -> Finding | None:
    """Ids stand outside the embedding.

    What it checks
    Whether the largest id in the rows, and the largest the tokenizer can give, has a row in the embedding.

    Why it matters
    Looking up such an id ends the training: an IndexError on the CPU, an assertion without a name on a GPU.

    Evidence
    The largest id, the size of the tokenizer, the number of rows of the embedding.

    Example
    Wrong: `tokenizer.add_tokens(["<new>"])` alone. Right: `model.resize_token_embeddings(len(tokenizer))`
    after it, where that makes the embedding larger.

    Remedy
    Enlarge the embedding to the size of the tokenizer, never less than it is.

    When it is harmless
    An embedding larger than the tokenizer is usual (T5: 32128 rows for 32100 tokens) and is not reported.
    Added tokens that no row holds do nothing.

    Known limits
    At most 2000 rows are looked at.

    Sources
    https://github.com/huggingface/transformers/issues/12763
    https://github.com/huggingface/transformers/issues/4875
    """
    embedding = model.get_input_embeddings() if hasattr(model, "get_input_embeddings") else None
    size = getattr(getattr(embedding, "weight", None), "shape", (0,))[0]
    if not size:
        return None
    remedy = Remedy(
        "enlarge the embedding to the tokenizer",
        code="if len(tokenizer) > model.get_input_embeddings().num_embeddings:\n"
        "    model.resize_token_embeddings(len(tokenizer))",
    )
    rows = sampled_rows.rows if sampled_rows is not None else ()
    largest = {
        name: max((max(ids(row.get(name)), default=-1) for row in rows), default=-1)
        for name in ("input_ids", "labels")
    }
    seen = {} if sampled_rows is None else sampled_rows.evidence
    evidence = {"rows of the embedding": size, "largest ids": largest} | seen
    outside = {name: token for name, token in largest.items() if token >= size}
    if outside:
        told = " and ".join(f"{token} in {name}" for name, token in outside.items())
        return Finding(
            Severity.ERROR, f"the embedding has {size} rows, and the rows hold id {told}", remedy, evidence
        )
    known = len(tokenizer) if hasattr(tokenizer, "__len__") else 0
    if known > size:
        return Finding(
            Severity.WARNING,
            f"the tokenizer knows {known} tokens, the embedding has {size} rows",
            remedy,
            evidence | {"tokens": known},
        )
    return None
