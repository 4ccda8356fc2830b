"""Remedies of crashes in training: a few steps with the change, where without it there is none or not all."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from workup.examine.experiment.setup import Question, Setup
from workup.examine.interventions.changes import retrained, usual_collator, with_rows
from workup.examine.interventions.cure import Cure, Intervention, intervention
from workup.examine.interventions.views import Changed, Row
from workup.examine.measurements.batches import plain_ids

_COLUMNS = {"input_ids": "encoder", "attention_mask": "encoder", "labels": "decoder"}
_FIXED = frozenset({"input_ids", "attention_mask", "token_type_ids", "position_ids", "decoder_input_ids"})
# Rows whose texts are asked where none are at hand but what the collator makes.
_ROWS = 8


@intervention("BAT011", "CRA040", trains=True)
def padded(setup: Setup, tokenizer: Any) -> Cure:
    """Train with a collator that pads sources and labels, and with the one there is."""
    return Cure("DataCollatorForSeq2Seq", retrained(setup, collator=usual_collator(setup, tokenizer)))


@intervention("BAT012", "CRA041", trains=True)
def collator_with_model(setup: Setup) -> Cure | None:
    """Train with a collator that knows the model, and with one that does not."""
    assert setup.training is not None
    if not hasattr(setup.training.collator, "model"):
        return None
    knowing: Any = copy.copy(setup.training.collator)
    knowing.model = setup.training.model
    return Cure("a collator that knows the model", retrained(setup, collator=knowing))


@intervention("BAT001", "CRA039", trains=True)
def text_dropped(setup: Setup) -> Cure:
    """Train without the columns of text, and with them."""
    assert setup.training is not None
    texts = [name for name, value in dict(setup.training.rows[0]).items() if _is_text(value)]

    def change(_: int, row: dict[str, Any]) -> Row:
        return {name: value for name, value in row.items() if name not in texts}

    return Cure(f"rows without {', '.join(texts)}", with_rows(setup, change))


@intervention("BAT002", "CRA042", trains=True)
def labels_renamed(setup: Setup, tokenizer: Any, whole_rows: Any) -> Cure | None:
    """Train with the ids of the targets under the name of labels, and without."""
    first = dict(whole_rows[0])
    others = [name for name, value in first.items() if name not in _FIXED and _is_ids(value)]
    if "labels" in first or not others:
        return None
    other = others[0]

    def change(_: int, row: dict[str, Any]) -> Row:
        return {**{name: value for name, value in row.items() if name != other}, "labels": row[other]}

    changed = retrained(setup, rows=Changed(whole_rows, change))
    return Cure(f"the column {other!r} named labels", _asked(changed, tokenizer))


@intervention("CRA034", trains=True)
def columns_kept(setup: Setup, tokenizer: Any, whole_rows: Any) -> Cure:
    """Train with all columns, which the collator makes a batch of, and with those that the Trainer leaves."""
    assert setup.training is not None
    training = replace(setup.training, rows=whole_rows).with_arguments(remove_unused_columns=False)
    return Cure("remove_unused_columns=False", _asked(replace(setup, training=training), tokenizer))


@intervention("MOD012", "CRA045", trains=True)
def cut_to_positions(setup: Setup, position_limits: dict[str, int]) -> Cure | None:
    """Train and ask with rows cut to the model's positions, and with the long ones."""
    if not position_limits:
        return None

    def change(_: int, row: dict[str, Any]) -> Row:
        limits = {name: position_limits.get(side) for name, side in _COLUMNS.items() if name in row}
        return {**row, **{name: _cut(row[name], limit) for name, limit in limits.items() if limit}}

    changed = replace(with_rows(setup, change), source_length=position_limits.get("encoder"))
    told = " and ".join(f"{limit} ({side})" for side, limit in position_limits.items())
    return Cure(f"rows cut to {told} tokens", changed)


@intervention("TOK008", "MOD004", "CRA046", trains=True)
def embedding_enlarged(setup: Setup, tokenizer: Any) -> Cure:
    """Train and ask with a row of the embedding for every token, and with those there are."""
    assert setup.training is not None
    size = len(tokenizer)

    def enlarge(model: Any) -> None:
        if model.get_input_embeddings().weight.shape[0] < size:
            # transformers 5 overwrites the head of a T5 v1.1 unless it is told that it is the model's own.
            head = model.get_output_embeddings()
            if head is not None and head.weight is not model.get_input_embeddings().weight:
                model.config.tie_word_embeddings = False
            model.resize_token_embeddings(size)

    changed = retrained(setup, prepare=(*setup.training.prepare, enlarge))
    return Cure(f"an embedding of {size} rows", replace(changed, prepare=(*setup.prepare, enlarge)))


def _asked(setup: Setup, tokenizer: Any) -> Setup:
    """With the texts of some batches to ask about, where there are no others."""
    if setup.questions:
        return setup
    assert setup.training is not None
    rows = [dict(setup.training.rows[place]) for place in range(min(_ROWS, len(setup.training.rows)))]
    batch = setup.training.collator([_without_text(row, setup) for row in rows])
    sources, targets = (_texts(batch[name], tokenizer) for name in ("input_ids", "labels"))
    questions = tuple(Question(source, target) for source, target in zip(sources, targets, strict=True))
    return replace(setup, questions=questions)


def _without_text(row: dict[str, Any], setup: Setup) -> dict[str, Any]:
    """A row as the Trainer hands it to the collator."""
    assert setup.training is not None
    if not getattr(setup.training.arguments, "remove_unused_columns", False):
        return row
    return {name: value for name, value in row.items() if name in (*_FIXED, "labels")}


def _texts(ids: Any, tokenizer: Any) -> list[str]:
    rows = [[token for token in row if token >= 0] for row in plain_ids(ids) or ()]
    return [str(tokenizer.decode(row, skip_special_tokens=True)) for row in rows]


def _cut(ids: Sequence[int], limit: int) -> list[int]:
    """So many ids at most, the last of which stays the last: the end token, or one of a mask."""
    numbers = list(ids)
    return numbers if len(numbers) <= limit else [*numbers[: limit - 1], numbers[-1]]


def _is_text(value: Any) -> bool:
    first = value[0] if isinstance(value, list | tuple) and value else value
    return isinstance(first, str)


def _is_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, int) for one in value)


CRASHING: tuple[Intervention, ...] = (
    padded,
    collator_with_model,
    text_dropped,
    labels_renamed,
    columns_kept,
    cut_to_positions,
    embedding_enlarged,
)
