"""Training rows and batches with one thing changed as they are read: the user's own are never touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import dropwhile
from typing import Any

IGNORED = -100
Row = Mapping[str, Any]


class Changed(Sequence[Row]):
    """Rows, each changed when it is read.

    Args:
        change: is given the position of a row and the row.
        positions: which rows, in which order; None: all of them.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        change: Callable[[int, dict[str, Any]], Row] = lambda _, row: row,
        positions: Sequence[int] | None = None,
    ) -> None:
        self.rows, self.change = rows, change
        self.positions = range(len(rows)) if positions is None else positions

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, place: Any) -> Any:
        position = self.positions[int(place)]
        return self.change(position, dict(self.rows[position]))


class Collated:
    """A collator whose batches are changed before the model gets them.

    Args:
        change: is given the batch, a dict of tensors that is its own, and returns it.
    """

    def __init__(self, collator: Callable[[list[Any]], Row], change: Callable[[dict[str, Any]], Row]) -> None:
        self.collator, self.change = collator, change

    def __call__(self, rows: list[Any]) -> Row:
        """The changed batch."""
        return self.change(dict(self.collator(rows)))


def with_pads_masked(batch: dict[str, Any], pad: int, end: int | None) -> Row:
    """Pads at the end of labels (B, T) as -100; where pad and end are one token, the first of them stays."""
    import torch

    labels = batch["labels"].clone()
    is_pad = (labels == pad) | (labels == IGNORED)
    # From the right: everything behind the last token that is none.
    trailing = torch.flip(torch.cumprod(torch.flip(is_pad.long(), [1]), 1), [1]).bool()
    if pad == end:
        first = trailing & (torch.cumsum(trailing.long(), 1) == 1)
        labels[first] = end
        trailing &= ~first
    labels[trailing] = IGNORED
    return {**batch, "labels": labels}


def with_mask(batch: dict[str, Any], pad: int) -> Row:
    """An attention mask that leaves pads out."""
    return {**batch, "attention_mask": (batch["input_ids"] != pad).long()}


def without_decoder_input(batch: dict[str, Any]) -> Row:
    """The model makes the decoder's input of the labels itself."""
    return {name: value for name, value in batch.items() if not name.startswith("decoder_")}


def ended(labels: Sequence[int], pad: int | None, end: int) -> list[int]:
    """Labels with the end token behind their last token, in the place of a pad where there is one."""
    ids = [int(token) for token in labels]
    filled = len(ids)
    while filled and ids[filled - 1] in (pad, IGNORED):
        filled -= 1
    if filled and ids[filled - 1] == end:
        return ids
    return [*ids[:filled], end, *ids[filled + 1 :]]


def without_first_pads(row: Mapping[str, Any], pad: int) -> Row:
    """A row without pads before its source and its labels; what else it needs the collator makes."""
    source, labels = ([int(token) for token in row[name]] for name in ("input_ids", "labels"))
    return {"input_ids": _from_first(source, {pad}), "labels": _from_first(labels, {pad, IGNORED})}


def _from_first(ids: list[int], pads: set[int]) -> list[int]:
    return list(dropwhile(pads.__contains__, ids))
