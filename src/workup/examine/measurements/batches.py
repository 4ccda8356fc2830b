"""Rows on their way to the model: a sample of them, what the collator makes of them, and its ids as lists."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.generating import base_of
from workup.examine.measurements.sampling import spread
from workup.examine.parts import Missing

_ROWS = 8
# Beside its own parameters the Trainer keeps these columns (`Trainer._set_signature_columns_if_needed`).
_ALWAYS_KEPT = ("label", "label_ids", "labels")
_USUAL = ("input_ids", "attention_mask", "decoder_input_ids", "decoder_attention_mask")


@dataclass(frozen=True)
class Sample:
    """Rows spread evenly over all of them."""

    rows: tuple[Mapping[str, Any], ...]
    total: int

    @property
    def evidence(self) -> dict[str, int]:
        """How many rows were looked at, and of how many."""
        return {"rows looked at": len(self.rows), "rows": self.total}


def sampled_rows(train_rows: Sequence[Mapping[str, Any]]) -> Sample:
    """At most 2000 training rows, evenly spread."""
    return Sample(tuple(spread(train_rows)), len(train_rows))


@dataclass(frozen=True)
class Collation:
    """What the collator made of the first rows: a batch, or an error."""

    rows: tuple[Mapping[str, Any], ...]
    batch: Mapping[str, Any] | None
    error: str = ""


def collation(
    collator: Any, train_rows: Sequence[Mapping[str, Any]], arguments: Any = None, model: Any = None
) -> Collation:
    """The first rows through the collator, without the columns that the Trainer would remove before."""
    first = (train_rows[n] for n in range(min(_ROWS, len(train_rows))))
    rows = _without_others(first, kept_columns(arguments, model))
    try:
        return Collation(rows, dict(collator([dict(row) for row in rows])))
    except Exception as error:
        return Collation(rows, None, f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}")


def _without_others(rows: Iterable[Mapping[str, Any]], keep: set[str] | None) -> tuple[dict[str, Any], ...]:
    """The rows with the columns that are kept."""
    return tuple(
        {name: value for name, value in dict(row).items() if keep is None or name in keep} for row in rows
    )


def kept_columns(arguments: Any, model: Any) -> set[str] | None:
    """The columns that reach the collator; None: all of them, because nothing removes any."""
    if not getattr(arguments, "remove_unused_columns", False):
        return None
    names = {*_ALWAYS_KEPT, *(getattr(arguments, "label_names", None) or ())}
    if model is None:
        return names | {*_USUAL}
    return names | set(inspect.signature(base_of(model).forward).parameters)


def batch(
    captured_batch: Mapping[str, Any] | None = None,
    collator: Any = None,
    train_rows: Sequence[Mapping[str, Any]] | None = None,
    collation: Collation | None = None,
) -> Mapping[str, Any]:
    """The batch as the model receives it: a captured one, or the first rows through the collator."""
    if captured_batch is not None:
        return captured_batch
    if train_rows is None or collation is None:
        raise Missing("collator" if train_rows is not None and collator is None else "train_rows")
    if collation.batch is None:
        raise ValueError(f"the collator fails: {collation.error}")
    return collation.batch


def eval_batch(
    eval_rows: Sequence[Mapping[str, Any]], collator: Any, arguments: Any = None, model: Any = None
) -> Mapping[str, Any]:
    """A small batch of evaluation rows, spread over all of them, made as a batch of training rows is."""
    rows = _without_others(spread(eval_rows, _ROWS), kept_columns(arguments, model))
    made: Mapping[str, Any] = collator(list(rows))
    return made


def batch_ids(batch: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """The two-dimensional fields of the batch as lists of ids, by name; other fields are left out."""
    found = {name: plain_ids(value) for name, value in dict(batch).items()}
    return {name: rows for name, rows in found.items() if rows is not None}


def plain_ids(value: Any) -> list[list[int]] | None:
    """A matrix of numbers as lists of whole numbers; None where it is none."""
    rows = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        return None
    if not all(isinstance(number, int | float) for row in rows for number in row):
        return None
    return [[int(number) if abs(number) < 1e9 else -(10**9) for number in row] for row in rows]


def ids(value: Any) -> list[int]:
    """A row's ids as a list, of whatever kind they were; empty where they are no ids."""
    numbers = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(numbers, list | tuple) or not all(isinstance(number, int) for number in numbers):
        return []
    return list(numbers)


def live(labels: list[int]) -> list[int]:
    """The labels that count in the loss."""
    return [token for token in labels if token >= 0]


def edge_pads(row: list[int], pad: int | None, end: int | None) -> tuple[int, int]:
    """How many pads stand before and after the text of a row; a pad that may be the end token is none."""
    if pad is None or all(token == pad for token in row):
        return 0, 0
    left = next(n for n, token in enumerate(row) if token != pad)
    right = next(n for n, token in enumerate(reversed(row)) if token != pad)
    return left, max(right - 1, 0) if pad == end else right


MEASUREMENTS = (sampled_rows, collation, batch, eval_batch, batch_ids)
