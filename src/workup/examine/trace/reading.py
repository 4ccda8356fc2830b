"""The example on its way to the model: input, tokenization, batching."""

from __future__ import annotations

import copy
from typing import Any

from workup.examine.measurements.batches import edge_pads, plain_ids
from workup.examine.measurements.weights import position_limits
from workup.examine.trace import contracts
from workup.examine.trace.example import Example
from workup.examine.trace.pieces import shortened
from workup.examine.trace.trace import Cell, Contract, Line, Step, Strip

NO_TARGET = "the labels, because there is no target"
# Beside a row so much longer the collator has to pad the example; more would only fill the page.
_LONGER = 3
_LOST_SHOWN = 24


def input_step(example: Example) -> Step:
    """The text, and the source that the prompt makes of it."""
    facts, held = [], []
    if example.text:
        facts.append(("text", shortened(example.text)))
        held.append(contracts.contains_the_text(example.source, example.text))
    facts.append(("source", shortened(example.source)))
    if example.prefix:
        facts.append(("prefix", shortened(example.prefix)))
        held.append(contracts.begins_with_the_prefix(example.source, example.prefix))
    if example.target is not None:
        facts.append(("target", shortened(example.target)))
    return Step("input", tuple(facts), contracts=tuple(held))


def tokenization_step(example: Example) -> Step:
    """Source and target as pieces; what was cut off them."""
    strips, held = _tokenized(example, "source", example.source_ids, example.whole_source)
    held.insert(0, contracts.has_an_end_token(example.end))
    if example.target is None:
        none = ("the target, because there is none",)
        return Step("tokenization", strips=tuple(strips), contracts=tuple(held), unchecked=none)
    of_target = _tokenized(example, "target", example.target_ids, example.whole_target)
    back = example.tokenizer.decode(list(example.whole_target), skip_special_tokens=True)
    held += [
        *of_target[1],
        contracts.pieces_are_known(example.target_ids, example.pieces.unknown),
        contracts.survives(example.target, back),
    ]
    strips += of_target[0]
    return Step("tokenization", (("target decoded", shortened(back)),), tuple(strips), tuple(held))


def _tokenized(
    example: Example, side: str, tokens: tuple[int, ...], whole: tuple[int, ...]
) -> tuple[list[Strip], list[Contract]]:
    """One side: its pieces and what was cut off them, and what is owed of both sides."""
    kept, all_of_it = example.body(tokens), example.body(whole)
    last = max((n for n, token in enumerate(tokens) if token not in example.special), default=0)
    is_whole = contracts.is_not_cut(side, kept, all_of_it, last)
    strips = [_strip(example, side, side, tokens)]
    if is_whole.departure:
        lost = all_of_it[len(kept) : len(kept) + _LOST_SHOWN]
        strips.append(_strip(example, f"cut {side}", f"cut off the {side}", lost))
    if example.end is None:
        return strips, [is_whole]
    ends = {example.end, getattr(example.tokenizer, "sep_token_id", None)}
    return strips, [is_whole, contracts.ends_with_the_end_token(side, tokens, ends, example.special)]


def batching_step(example: Example) -> tuple[Step, dict[str, Any] | None]:
    """The row as the collator makes it, and that row as a batch of its own; None: there is none."""
    promise = "the collator makes a batch of the row"
    try:
        batch = _collated(example)
    except Exception as error:
        told = f"the collator fails with {type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
        if "labels" not in example.row:
            return Step("batching", unchecked=(f"the batch, because without a target {told}",)), None
        return Step("batching", contracts=(Contract(promise, told),)), None
    row = {name: rows[0] for name, value in batch.items() if (rows := plain_ids(value)) is not None}
    tokens, mask = row.get("input_ids", []), row.get("attention_mask")
    held = [Contract(promise), contracts.mask_fits(tokens, mask, example.pad, example.end)]
    encoder = _encoder(example, tokens, mask)
    if "labels" not in row:
        if "labels" not in example.row:
            return Step("batching", (), (encoder,), tuple(held), (NO_TARGET,)), batch
        held.append(Contract("the batch has labels", "the batch has no labels: there is nothing to learn"))
        return Step("batching", (), (encoder,), tuple(held)), batch
    labels, own = row["labels"], _own_shift(example.model, batch["labels"])
    held += [
        contracts.says_the_target(labels, example.whole_target, example.special),
        contracts.pads_are_ignored(labels, example.pad, example.end),
        contracts.labels_end(labels, example.end, example.pad),
    ]
    given = row.get("decoder_input_ids")
    if given and own:
        held.append(contracts.follows_the_labels(given, own, labels))
    facts = () if given else (("decoder input", "made by the model, from the labels"),)
    return Step("batching", facts, (encoder, _decoder(example, labels, given or own)), tuple(held)), batch


def _collated(example: Example) -> dict[str, Any]:
    """The batch of the example and a longer row, cut down to the example."""
    import torch

    row = example.row if example.given_row is None else example.given_row
    beside = _longer(example)
    rows = [row] if beside is None else [row, beside]
    # Some collators write into the rows that they are given.
    batch = example.collator([copy.deepcopy(dict(one)) for one in rows])
    tensors = {name: torch.as_tensor(value) for name, value in dict(batch).items() if value is not None}
    return {name: value[:1].to(example.model.device) for name, value in tensors.items() if value.ndim > 1}


def _longer(example: Example) -> dict[str, list[int]] | None:
    """A row of the example's own tokens, somewhat longer; None where the example is padded as it is."""
    row = example.row
    if any(edge_pads(row["input_ids"], example.pad, example.end)):
        return None
    if len(row.get("labels", ())) > len(example.target_ids):
        return None
    limits = position_limits(example.model)
    longer = {}
    for name, values in row.items():
        limit = limits.get("decoder" if name == "labels" else "encoder", len(values) + _LONGER)
        longer[name] = values[:1] * max(0, min(_LONGER, limit - len(values))) + values
    return longer


def _own_shift(model: Any, labels: Any) -> list[int]:
    """What the model itself makes the decoder's input of; empty where it cannot."""
    make = getattr(model, "prepare_decoder_input_ids_from_labels", None)
    if make is None:
        return []
    try:
        shifted: list[int] = make(labels=labels)[0].tolist()
    except Exception:
        return []  # a start token is missing: the forward pass says so
    return shifted


def _strip(example: Example, name: str, title: str, tokens: tuple[int, ...]) -> Strip:
    return Strip(name, title, (example.pieces.line("pieces", tokens), example.pieces.ids("ids", tokens)))


def _encoder(example: Example, tokens: list[int], mask: list[int] | None) -> Strip:
    lines = [example.pieces.line("input ids", tokens), example.pieces.ids("", tokens)]
    if mask is not None:
        lines.append(Line("mask", tuple(Cell(str(seen), "number" if seen else "pad", seen) for seen in mask)))
    return Strip("encoder", "what the encoder is given", tuple(lines))


def _decoder(example: Example, labels: list[int], given: list[int]) -> Strip:
    lines = [example.pieces.line("labels", labels), example.pieces.ids("", labels)]
    if len(given) == len(labels):
        lines.append(example.pieces.line("decoder input", given))
        lines.append(example.pieces.ids("", given))
    return Strip("decoder", "what the decoder is given, and what it has to say", tuple(lines))
