"""BAT009"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Sample, ids, live


@check("BAT009", "batching")
def rows_without_live_labels(
    sampled_rows: Sample | None = None,
    batch_ids: dict[str, list[list[int]]] | None = None,
    arguments: Any = None,
) -> Finding | None:
    """Rows have no label that counts in the loss.

    What it checks
    Whether all labels of a row are -100, or there are none, in the rows and in the batch.

    Why it matters
    A batch of such rows has no loss: the mean over no token is NaN, and one step with it destroys the
    weights. Among other rows they teach nothing and cost time.

    Evidence
    How many rows have no live label, in the rows looked at and in the batch; which are the first.

    Example
    Wrong: the prompt alone fills `max_length`, and the answer behind it is cut off. Right: shorten the prompt
    first, and drop rows without an answer.

    Remedy
    Drop such rows, or make room for the answer.

    When it is harmless
    A few of them in large batches.

    Known limits
    At most 2000 rows and one batch are looked at.

    Sources
    https://github.com/huggingface/trl/issues/588
    Measured on tiny models; the test of this check repeats it.
    """
    rows = [ids(row["labels"]) for row in sampled_rows.rows if _has_labels(row)] if sampled_rows else []
    batch = (batch_ids or {}).get("labels", [])
    dead = [n for n, row in enumerate(rows) if not live(row)]
    dead_in_batch = sum(not live(row) for row in batch)
    if not dead and not dead_in_batch:
        return None
    size = getattr(arguments, "per_device_train_batch_size", None)
    whole = (batch and dead_in_batch == len(batch)) or (rows and len(dead) == len(rows))
    certain = whole or size == 1
    where = (
        f"{len(dead)} of {len(rows)} rows" if dead else f"{dead_in_batch} of {len(batch)} rows of the batch"
    )
    return Finding(
        Severity.ERROR if certain else Severity.WARNING,
        f"{where} have no label that counts; the loss of a batch of such rows is NaN",
        Remedy(
            "drop rows without live labels, or leave room for the answer",
            code="dataset = dataset.filter(lambda row: any(token != -100 for token in row['labels']))",
        ),
        {"rows without": len(dead), "the first of them": dead[:5], "in the batch": dead_in_batch}
        | (sampled_rows.evidence if sampled_rows else {}),
        harm="NaN loss" if certain else "",
    )


def _has_labels(row: Any) -> bool:
    """Whether a row has labels of a kind that can be read; none at all is another fault."""
    value = row.get("labels")
    return value is not None and (ids(value) != [] or len(value) == 0)
