"""Remedies of rows and batches: two short trainings from the same weights, without and with the change."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from workup.examine.experiment.setup import Setup
from workup.examine.finding import Finding
from workup.examine.interventions.changes import retrained, usual_collator, with_batches, with_rows
from workup.examine.interventions.cure import Cure, Intervention, intervention
from workup.examine.interventions.views import (
    Changed,
    Row,
    ended,
    with_mask,
    with_pads_masked,
    without_decoder_input,
    without_first_pads,
)


def _of_texts(setup: Setup, tokenizer: Any, pairs: Sequence[Any]) -> Setup:
    """Labels made anew of the target texts, and collated as transformers does it."""

    def change(position: int, row: dict[str, Any]) -> Row:
        labels = tokenizer(text_target=pairs[position].target)["input_ids"]
        kept = {name: value for name, value in row.items() if not name.startswith("decoder_")}
        return {**kept, "labels": labels}

    return retrained(with_rows(setup, change), collator=usual_collator(setup, tokenizer))


@intervention("BAT003", trains=True)
def pads_masked(setup: Setup, tokenizer: Any) -> Cure:
    """Train on with pads in the labels left out of the loss, and without."""
    change = partial(with_pads_masked, pad=tokenizer.pad_token_id, end=tokenizer.eos_token_id)
    return Cure("pads of the labels left out of the loss", with_batches(setup, change))


@intervention("BAT004", trains=True)
def end_counted(setup: Setup, tokenizer: Any) -> Cure:
    """Train with the end token of the labels in the loss, and without."""
    change = partial(_ended_batch, end=tokenizer.eos_token_id)
    return Cure("the end token of the labels in the loss", with_batches(setup, change))


def _ended_batch(batch: dict[str, Any], end: int) -> Row:
    """Each row of labels (B, T) ends in the end token, for which there is room made."""
    import torch

    labels = batch["labels"]
    wider = torch.cat([labels, labels.new_full((len(labels), 1), -100)], dim=1)
    rows = [ended(row, None, end) for row in wider.tolist()]
    return {**batch, "labels": torch.tensor(rows, device=labels.device)}


@intervention("TOK005", trains=True)
def end_in_targets(setup: Setup, tokenizer: Any) -> Cure:
    """Train with an end token behind every target, and without."""
    pad, end = tokenizer.pad_token_id, tokenizer.eos_token_id

    def change(_: int, row: dict[str, Any]) -> Row:
        return {**row, "labels": ended(row["labels"], pad, end)}

    return Cure("an end token behind every target", with_rows(setup, change))


@intervention("BAT005", trains=True)
def shifted_by_model(setup: Setup) -> Cure:
    """Train with the decoder's input made by the model, and with the labels as they are."""
    return Cure(
        "the decoder's input made of the labels by the model", with_batches(setup, without_decoder_input)
    )


@intervention("BAT006", trains=True)
def labels_whole(setup: Setup, tokenizer: Any, train_pairs: Any) -> Cure:
    """Train with labels that have their first token, and without it."""
    return Cure("labels made of the whole targets", _of_texts(setup, tokenizer, train_pairs))


@intervention("BAT007", trains=True)
def mask_given(setup: Setup, tokenizer: Any) -> Cure:
    """Train with an attention mask, and without."""
    change = partial(with_mask, pad=tokenizer.pad_token_id)
    return Cure("an attention mask over pads", with_batches(setup, change))


@intervention("BAT008", trains=True)
def mask_corrected(setup: Setup, tokenizer: Any) -> Cure:
    """Train with a mask that leaves pads out, and with one that does not."""
    change = partial(with_mask, pad=tokenizer.pad_token_id)
    return Cure("a mask that leaves pads out", with_batches(setup, change))


@intervention("BAT009", trains=True)
def labels_live(setup: Setup, tokenizer: Any, train_pairs: Any) -> Cure:
    """Train with labels made of the targets, and with the ignored ones."""
    return Cure("labels made of the whole targets", _of_texts(setup, tokenizer, train_pairs))


@intervention("BAT013", trains=True)
def answers_alone(setup: Setup, tokenizer: Any, train_pairs: Any) -> Cure:
    """Train with labels that hold the answer alone, and with the source before it."""
    return Cure("labels of the answer alone", _of_texts(setup, tokenizer, train_pairs))


@intervention("TOK004", trains=True)
def targets_uncut(setup: Setup, tokenizer: Any, train_pairs: Any) -> Cure:
    """Train with whole targets, and with the cut ones."""
    return Cure("targets that are not cut", _of_texts(setup, tokenizer, train_pairs))


@intervention("TOK006", trains=True)
def one_end(setup: Setup, tokenizer: Any) -> Cure:
    """Train with one end token behind each target, and with two."""
    end = tokenizer.eos_token_id

    def change(_: int, row: dict[str, Any]) -> Row:
        labels = list(row["labels"])
        first = labels.index(end) if end in labels else len(labels)
        rest = [token for token in labels[first + 1 :] if token != end]
        return {**row, "labels": [*labels[: first + 1], *rest]}

    return Cure("one end token behind each target", with_rows(setup, change))


@intervention("TOK003", trains=True)
def sources_uncut(setup: Setup, tokenizer: Any, train_pairs: Any) -> Cure:
    """Train and ask with whole sources, and with the cut ones."""
    assert setup.training is not None
    longest = max(len(row["input_ids"]) for row in setup.training.rows)

    def change(position: int, row: dict[str, Any]) -> Row:
        encoded = tokenizer(train_pairs[position].source)
        return {**row, "input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}

    return Cure("sources that are not cut", with_rows(setup, change), replace(setup, source_length=longest))


@intervention("INP001", trains=True)
def rows_with_targets(setup: Setup, train_pairs: Any) -> Cure | None:
    """Train without the rows whose target holds nothing, and with them."""
    assert setup.training is not None
    nothing = {"", "nan", "NaN", "<NA>", "NaT", "None"}
    count = len(setup.training.rows)
    kept = [n for n in range(count) if str(train_pairs[n].target or "").strip() not in nothing]
    if not kept:
        return None
    rows = Changed(setup.training.rows, positions=kept)
    return Cure(f"the {len(kept)} of {count} rows that have a target", retrained(setup, rows=rows))


@intervention("INP004", trains=True)
def rows_shuffled(setup: Setup) -> Cure:
    """Train with shuffled rows, and in their order."""
    assert setup.training is not None
    count = len(setup.training.rows)
    order = random.Random(0).sample(range(count), count)
    rows = Changed(setup.training.rows, positions=order)
    return Cure("shuffled rows", retrained(setup, rows=rows, in_order=False), retrained(setup, in_order=True))


@intervention("INP008", trains=True)
def pairs_moved_back(setup: Setup, finding: Finding) -> Cure:
    """Train with each source beside the target that fits it, and beside its own."""
    assert setup.training is not None
    rows, by = setup.training.rows, int(finding.evidence["shift"])
    positions = [n for n in range(len(rows)) if 0 <= n + by < len(rows)]

    def change(position: int, row: dict[str, Any]) -> Row:
        return {**row, "labels": rows[position + by]["labels"]}

    moved = Changed(rows, change, positions)
    return Cure(f"targets moved by {by} rows", retrained(setup, rows=moved))


@intervention("BAT014", trains=True)
def padded_on_the_right(setup: Setup, tokenizer: Any) -> Cure:
    """Train and ask with pads behind the text, and with pads before it."""
    pad, right = tokenizer.pad_token_id, copy.copy(setup.tokenizer)
    right.padding_side = "right"

    def change(_: int, row: dict[str, Any]) -> Row:
        return without_first_pads(row, pad)

    changed = retrained(with_rows(setup, change), collator=usual_collator(setup, right))
    return Cure("pads on the right", replace(changed, tokenizer=right))


ROWS: tuple[Intervention, ...] = (
    pads_masked,
    end_counted,
    end_in_targets,
    shifted_by_model,
    labels_whole,
    mask_given,
    mask_corrected,
    labels_live,
    answers_alone,
    targets_uncut,
    one_end,
    sources_uncut,
    rows_with_targets,
    rows_shuffled,
    pairs_moved_back,
    padded_on_the_right,
)
