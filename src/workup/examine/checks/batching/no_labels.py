"""BAT002"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import Collation

# Columns of ids that are no labels whatever they hold.
_OTHERS = {
    "input_ids",
    "attention_mask",
    "token_type_ids",
    "position_ids",
    "special_tokens_mask",
    "decoder_input_ids",
    "decoder_attention_mask",
    "length",
}


@check("BAT002", "batching")
def no_labels(
    train_rows: Any,
    collation: Collation,
    captured_batch: Mapping[str, Any] | None = None,
    model: Any = None,
) -> Finding | None:
    """The batch holds no labels.

    What it checks
    Whether the collated rows have a field "labels"; if not, which column of ids looks like it under another
    name.

    Why it matters
    The model computes no loss. Training stops with an error about `input_ids` or `decoder_input_ids`, which
    points at the wrong thing; transformers 5 takes a wrongly named field without a word.

    Evidence
    The fields of the batch, the columns of the rows, and the columns that may be the labels.

    Example
    Wrong: `row["target_ids"] = tokenizer(text_target=target).input_ids`. Right: `row["labels"] = ...`.

    Remedy
    Name the column of the target's ids `labels`.

    When it is harmless
    With a model whose forward takes that other name; this is not reported. With a loss of your own that
    needs no labels, such as one on a teacher's logits, where the batch brings `decoder_input_ids`.

    Known limits
    A captured batch with labels settles the question; one without is not judged, as label smoothing takes
    the labels out before the model is called.

    Sources
    https://huggingface.co/docs/transformers/main_classes/trainer and measured on tiny models; the test of
    this check repeats it.
    """
    rows = collation.rows
    if not rows or any(_labelled(fields) for fields in (captured_batch, collation.batch)):
        return None
    if collation.batch is None and any("labels" in row or "label" in row for row in rows):
        return None  # the collator fails for another reason
    if collation.batch is not None and collation.batch.get("decoder_input_ids") is not None:
        return None
    columns = [str(name) for name in dict(train_rows[0])]
    candidates = [name for name in columns if name not in _OTHERS and _is_ids(train_rows[0][name])]
    if hasattr(model, "forward") and set(candidates) & set(inspect.signature(model.forward).parameters):
        return None
    named = f"; {candidates[0]!r} may be the labels under another name" if candidates else ""
    return Finding(
        Severity.ERROR,
        f"the batch has no labels among its {len(collation.batch or rows[0])} fields{named}",
        Remedy(
            f"rename the column {candidates[0]!r} to 'labels'"
            if candidates
            else "tokenize the targets into a column 'labels'",
            code=f"dataset = dataset.rename_column({candidates[0]!r}, 'labels')" if candidates else "",
        ),
        {
            "fields of the batch": sorted(map(str, collation.batch or {})),
            "columns of the rows": columns,
            "candidates": candidates,
        },
    )


def _labelled(fields: Mapping[str, Any] | None) -> bool:
    return fields is not None and fields.get("labels") is not None


def _is_ids(value: Any) -> bool:
    numbers = value.tolist() if hasattr(value, "tolist") else value
    return isinstance(numbers, list) and bool(numbers) and all(type(number) is int for number in numbers)
