"""The example that is followed, and the parts of the fine-tune that it is followed through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workup.examine.measurements.batches import ids
from workup.examine.measurements.generating import base_of, ids_of
from workup.examine.measurements.generating import settings as settings_of
from workup.examine.measurements.tokens import live, special_ids, strip
from workup.examine.trace.pieces import Pieces
from workup.pipeline.tokenization import encode_sources, encode_targets
from workup.recipe import Generation, Tokens

_NO_LIMIT = 10**9


@dataclass(frozen=True, kw_only=True)
class Example:
    """One example and the parts it passes.

    Attributes:
        text: what was asked, before the prompt; empty: the source is all there is.
        source: the text that the model reads.
        tokens: how the row is made where there is none.
        target: the text that it should say; None: nobody knows.
        prefix: what the training puts before every source.
        given_row: the tokenized row, where the caller has made it.
        generation: a recipe's settings, or arguments for `generate()`.
        trained: whether the model owes an answer.
    """

    model: Any
    tokenizer: Any
    collator: Callable[[list[Any]], Mapping[str, Any]]
    source: str
    tokens: Tokens
    target: str | None = None
    text: str = ""
    prefix: str = ""
    given_row: Mapping[str, Any] | None = None
    generation: Generation | Mapping[str, Any] | None = None
    trained: bool = True

    @cached_property
    def pieces(self) -> Pieces:
        """The tokenizer's pieces, to be shown."""
        return Pieces(self.tokenizer)

    @property
    def pad(self) -> int | None:
        """The tokenizer's pad."""
        return getattr(self.tokenizer, "pad_token_id", None)

    @property
    def end(self) -> int | None:
        """The tokenizer's end token."""
        return getattr(self.tokenizer, "eos_token_id", None)

    @cached_property
    def special(self) -> frozenset[int]:
        """Tokens that may frame a row."""
        return special_ids(self.tokenizer)

    @cached_property
    def row(self) -> dict[str, list[int]]:
        """The tokenized row: `input_ids`, `attention_mask`, and `labels` where there is a target."""
        if self.given_row is not None:
            return {name: ids(value) for name, value in self.given_row.items()}
        row = dict(encode_sources(self.tokenizer, [self.source], self._tokens)[0][0])
        if self.target is not None:
            row["labels"] = encode_targets(self.tokenizer, [self.target], self._tokens)[0][0]
        return row

    @cached_property
    def source_ids(self) -> tuple[int, ...]:
        """The row's source without pads."""
        return live(self.row["input_ids"], self.tokenizer, self.row.get("attention_mask"))

    @cached_property
    def target_ids(self) -> tuple[int, ...]:
        """The row's labels without pads and what is ignored."""
        return live(self.row.get("labels", ()), self.tokenizer)

    @cached_property
    def whole_source(self) -> tuple[int, ...]:
        """The ids of the source if nothing were cut."""
        rows, _ = encode_sources(self.tokenizer, [self.source], self._unbounded)
        return tuple(rows[0]["input_ids"])

    @cached_property
    def whole_target(self) -> tuple[int, ...]:
        """The ids of the target if nothing were cut; those of the row where there is no target."""
        if self.target is None:
            return self.target_ids
        rows, _ = encode_targets(self.tokenizer, [self.target], self._unbounded)
        return tuple(rows[0])

    def body(self, tokens: Sequence[int]) -> tuple[int, ...]:
        """Ids without special tokens at their ends."""
        return strip(tuple(tokens), self.special)

    @property
    def inputs(self) -> dict[str, Any]:
        """The source as the encoder takes it for an answer: tensors of one row without pads."""
        import torch

        source = torch.tensor([self.source_ids], device=self.model.device)
        return {"input_ids": source, "attention_mask": torch.ones_like(source)}

    @cached_property
    def start(self) -> int | None:
        """The token with which generation begins; None: nothing says so."""
        of_generation = getattr(base_of(self.model), "generation_config", None)
        if isinstance(self.generation, Generation):
            return getattr(self.model.config, "decoder_start_token_id", None)
        given = (self.generation or {}).get("decoder_start_token_id")
        for token in (
            given,
            getattr(of_generation, "decoder_start_token_id", None),
            getattr(of_generation, "bos_token_id", None),
        ):
            if isinstance(token, int):
                return token
        return None

    @cached_property
    def ends(self) -> frozenset[int]:
        """The tokens at which generation stops."""
        if isinstance(self.generation, Generation):
            return ids_of(self.end)
        given = (self.generation or {}).get("eos_token_id")
        return ids_of(given) or ids_of(getattr(base_of(self.model).generation_config, "eos_token_id", None))

    @cached_property
    def cap(self) -> int | None:
        """The most tokens that generation may add."""
        if isinstance(self.generation, Generation):
            return self.generation.max_new_tokens
        return settings_of(self.generation, self.model).cap

    @property
    def _tokens(self) -> Tokens:
        """A tokenizer without an end token, or without a pad, cannot be asked to add one."""
        changes: dict[str, Any] = {} if self.end is not None else {"append_eos": False}
        if self.pad is None:
            changes["padding"] = "longest"
        return self.tokens.model_copy(update=changes)

    @property
    def _unbounded(self) -> Tokens:
        return self._tokens.model_copy(
            update={"source_length": _NO_LIMIT, "target_length": _NO_LIMIT, "padding": "longest"}
        )
