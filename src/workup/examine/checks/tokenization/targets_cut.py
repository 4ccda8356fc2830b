"""TOK004"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.tokens import Stored, readable

# One in a hundred answers cut is a long tail; one in five spoils what the model learns about the end.
_FEW, _MANY = 0.01, 0.2


@check("TOK004", "tokenization")
def targets_cut(stored: tuple[Stored, ...], tokenizer: Any) -> Finding | None:
    """Targets are cut short.

    What it checks
    Whether the labels of a row are the beginning of its target's tokens and not all of them.

    Why it matters
    Tokenizers cut and still put the end token last. The model learns to stop in the middle of its answer,
    with a clean end, at about the length of the cut; no longer limit at generation brings the rest back.

    Evidence
    The share of targets cut, the length they were cut to and the length they need, and an example.

    Example
    Wrong: `tokenizer(text_target=targets, truncation=True, max_length=32)` for answers of 50 tokens. Right: a
    length that the longest answer fits into.

    Remedy
    Raise the target length.

    When it is harmless
    When a few answers are long by mistake.

    Known limits
    Needs the rows as text. At most 2000 evenly spread rows are looked at.

    Sources
    https://github.com/huggingface/transformers/issues/5656
    https://github.com/huggingface/transformers/issues/20670
    """
    cut = [
        row
        for row in stored
        if 0 < len(row.labels) < len(row.own_target) and row.own_target[: len(row.labels)] == row.labels
    ]
    if not cut:
        return None
    share, needed = len(cut) / len(stored), max(len(row.own_target) for row in cut) + 1
    severity = Severity.ERROR if share > _MANY else Severity.WARNING
    cap = max(len(row.labels) for row in cut)
    return Finding(
        Severity.NOTE if share <= _FEW else severity,
        f"{len(cut)} of {len(stored)} targets ({share:.0%}) are cut, to at most {cap} tokens and the end; "
        f"the longest needs {needed}",
        Remedy(f"raise the target length to {needed}", change={"tokens.target_length": needed}),
        {
            "targets cut": len(cut),
            "rows looked at": len(stored),
            "cut to": cap,
            "needed": needed,
            "example": readable(tokenizer, cut[0].own_target)[:200],
            "is stored as": readable(tokenizer, cut[0].labels)[:200],
        },
    )
