"""TOKENIZATION: texts to ids, by one function for training and prediction; nothing is cut silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from workup.data.rows import Example
from workup.recipe import Tokens

IGNORED = -100  # the label that torch's cross-entropy skips
# A tokenizer keeps how it cuts and pads until it is told otherwise, so one thread at a time may use one.
TOKENIZING = Lock()


@dataclass(frozen=True)
class Encoded:
    """Examples as ids. A row has `input_ids` and `attention_mask` (S,) and `labels` (T,).

    `cut_sources` and `cut_targets` are the ids of the examples that were longer than the recipe allows.
    """

    rows: list[dict[str, list[int]]]
    cut_sources: tuple[str, ...]
    cut_targets: tuple[str, ...]


def encode(tokenizer: Any, examples: Sequence[Example], tokens: Tokens) -> Encoded:
    """Ids of sources and targets; see `encode_sources` and `encode_targets`."""
    if not examples:
        return Encoded([], (), ())
    sources, cut_sources = encode_sources(tokenizer, [e.source for e in examples], tokens)
    targets, cut_targets = encode_targets(tokenizer, [e.target for e in examples], tokens)
    return Encoded(
        [{**source, "labels": target} for source, target in zip(sources, targets, strict=True)],
        tuple(e.id for e, cut in zip(examples, cut_sources, strict=True) if cut),
        tuple(e.id for e, cut in zip(examples, cut_targets, strict=True) if cut),
    )


def encode_sources(
    tokenizer: Any, texts: Sequence[str], tokens: Tokens
) -> tuple[list[dict[str, list[int]]], list[bool]]:
    """Input ids and attention mask of each text, and whether it had to be cut."""
    if not texts:
        return [], []
    fixed = tokens.padding == "max_length"
    with TOKENIZING:
        batch = tokenizer(list(texts), verbose=False, return_attention_mask=True)
        cut = [len(ids) > tokens.source_length for ids in batch["input_ids"]]
        if fixed or any(cut):
            batch = tokenizer(
                list(texts),
                truncation=True,
                max_length=tokens.source_length,
                padding="max_length" if fixed else False,
                return_attention_mask=True,
            )
    return [
        {"input_ids": ids, "attention_mask": mask}
        for ids, mask in zip(batch["input_ids"], batch["attention_mask"], strict=True)
    ], cut


def encode_targets(
    tokenizer: Any, texts: Sequence[str], tokens: Tokens
) -> tuple[list[list[int]], list[bool]]:
    """Labels of each text, ending in the end token, and whether the text had to be cut."""
    with TOKENIZING:
        whole = tokenizer(text_target=list(texts), verbose=False)["input_ids"]
    encoded = [_end(ids, tokenizer.eos_token_id, tokens) for ids in whole]
    labels = [ids for ids, _ in encoded]
    if tokens.padding == "max_length":
        pad = IGNORED if tokens.mask_label_pads else tokenizer.pad_token_id
        labels = [ids + [pad] * (tokens.target_length - len(ids)) for ids in labels]
    return labels, [cut for _, cut in encoded]


def _end(ids: list[int], eos: int, tokens: Tokens) -> tuple[list[int], bool]:
    """The ids with exactly the ending the recipe asks for, within its length; and whether they were cut."""
    body = ids[:-1] if ids and ids[-1] == eos else list(ids)
    room = tokens.target_length - int(tokens.append_eos)
    cut = len(body) > room
    return body[:room] + [eos] * int(tokens.append_eos), cut
