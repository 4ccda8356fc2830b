"""MOD012"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Sample, ids, plain_ids


@check("MOD012", "model")
def positions_exceeded(
    position_limits: dict[str, int], sampled_rows: Sample, collator: Any = None
) -> Finding | None:
    """Rows are longer than the model has positions.

    What it checks
    The longest input and the longest labels against the tables of positions of encoder and decoder (BART,
    Pegasus, LED). A collator that cuts is taken into account.

    Why it matters
    Looking up a position outside the table ends the training: an IndexError on the CPU, an assertion without
    a name on a GPU, at the first long row and not before.

    Evidence
    The longest rows, the limits, and how many rows exceed them.

    Example
    Wrong: `tokenizer(text)` for a BART. Right: `tokenizer(text, truncation=True, max_length=1024)`.

    Remedy
    Cut the rows to the limit, or take a model without one (T5, LED).

    When it is harmless
    Never at the row in question. T5 has no such table and is not reported.

    Known limits
    At most 2000 rows are looked at.

    Sources
    https://github.com/huggingface/transformers/issues/6599
    """
    columns = {"encoder": "input_ids", "decoder": "labels"}
    found: dict[str, dict[str, int]] = {}
    for side, limit in position_limits.items():
        name = columns[side]
        lengths = [len(ids(row.get(name))) for row in sampled_rows.rows]
        over = sum(length > limit for length in lengths)
        longest = max(lengths, default=0)
        row = sampled_rows.rows[lengths.index(longest)] if lengths else {}
        if over and _width(collator, row, name, longest) > limit:
            found[side] = {"rows": over, "longest": longest, "limit": limit}
    if not found:
        return None
    told = "; ".join(
        f"{columns[side]} of {one['rows']} rows, up to {one['longest']} tokens for {one['limit']} positions"
        for side, one in found.items()
    )
    fields = {"encoder": "tokens.source_length", "decoder": "tokens.target_length"}
    return Finding(
        Severity.ERROR,
        f"rows exceed the model's positions: {told}",
        Remedy(
            "cut the rows to the model's positions when tokenizing",
            change={fields[side]: one["limit"] for side, one in found.items()},
        ),
        dict(found) | sampled_rows.evidence,
    )


def _width(collator: Any, row: Any, name: str, longest: int) -> int:
    """How long a row is when the collator is done with it; as it is, where that cannot be found out."""
    if collator is None:
        return longest
    try:
        rows = plain_ids(collator([dict(row)])[name])
    except Exception:  # rows that still hold text, or a collator that wants more than one
        return longest
    return len(rows[0]) if rows else longest
