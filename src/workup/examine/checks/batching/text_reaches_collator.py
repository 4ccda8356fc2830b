"""BAT001"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Collation


@check("BAT001", "batching")
def text_reaches_collator(collation: Collation, collator: Any, arguments: Any = None) -> Finding | None:
    """Text columns reach the collator, which cannot make a tensor of them.

    What it checks
    Whether the rows that reach the collator still hold text, and whether the collator fails on them but not
    on the same rows without the text.

    Why it matters
    Training ends at its first batch, with an error about nesting or dimensions that does not say that the
    text was never removed.

    Evidence
    The names of the text columns, and the collator's own error.

    Example
    Wrong: `dataset.map(tokenize)` with `remove_unused_columns=False`. Right:
    `dataset.map(tokenize, remove_columns=dataset.column_names)`.

    Remedy
    Remove the text columns when tokenizing, or let the Trainer do it (`remove_unused_columns=True`).

    When it is harmless
    Where the Trainer removes the columns, or the collator is made for text: then nothing fails, and nothing
    is said.

    Known limits
    The first rows are tried. Without the TrainingArguments the collator is taken to be called by hand.

    Sources
    https://github.com/huggingface/transformers/issues/15505
    """
    if collation.batch is not None:
        return None
    texts = sorted({name for row in collation.rows for name, value in row.items() if _is_text(value)})
    if not texts or _fails(
        collator, [{k: v for k, v in row.items() if k not in texts} for row in collation.rows]
    ):
        return None
    named = ", ".join(repr(name) for name in texts)
    kept = "remove_unused_columns is off" if arguments is not None else "nothing removes them before"
    return Finding(
        Severity.ERROR,
        f"the collator gets {len(texts)} column(s) of text ({named}), because {kept}, and fails",
        Remedy(
            "remove the text columns when tokenizing",
            code="dataset.map(tokenize, batched=True, remove_columns=dataset.column_names)",
        ),
        {"text columns": texts, "error": collation.error},
    )


def _fails(collator: Any, rows: list[dict[str, Any]]) -> bool:
    """Whether the collator fails without the text too: then the text is not the cause."""
    try:
        collator(rows)
    except Exception:
        return True
    return False


def _is_text(value: Any) -> bool:
    if isinstance(value, list | tuple) and value:
        return isinstance(value[0], str)
    return isinstance(value, str)
