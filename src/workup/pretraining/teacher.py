"""The teacher: a BERT-like sentence encoder whose vectors a smaller student learns to reproduce."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workup.errors import ModelError
from workup.files import sha256 as checksum

_WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Reading:
    """What the teacher makes of some texts.

    vectors: (B, S, D) of its last layer, special tokens included.
    mask: (B, S), 1 where there is a token.
    spans: (B, S, 2) first and last-plus-one character of each token; 0, 0 for special tokens.
    sentences: (B, D) means of the vectors of each text.
    """

    vectors: torch.Tensor
    mask: torch.Tensor
    spans: torch.Tensor
    sentences: torch.Tensor


class Teacher:
    """A frozen BERT-like model in a folder of `save_pretrained` or of sentence-transformers.

    Raises:
        ModelError: no such model, one that cannot be loaded, another architecture or activation, or weights
            with another checksum.
    """

    def __init__(self, folder: Path, sha256: str | None = None) -> None:
        from transformers import AutoModel, AutoTokenizer

        if not (folder / "config.json").is_file():
            raise ModelError(f"{folder} holds no teacher: config.json is missing")
        if sha256 is not None:
            _verify(folder / _WEIGHTS, sha256)
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))
            self.model: Any = AutoModel.from_pretrained(str(folder), dtype=torch.float32).eval()
        except Exception as error:
            raise ModelError(f"the teacher in {folder} cannot be loaded: {error}") from error
        shape = self.model.config
        if shape.model_type != "bert":
            raise ModelError(f"{folder}: a teacher must be a BERT, this is a {shape.model_type}")
        if shape.hidden_act != "gelu":
            raise ModelError(
                f"{folder}: a teacher's activation must be GELU, this one's is {shape.hidden_act!r}"
            )

    @torch.no_grad()
    def read(self, texts: Sequence[str]) -> Reading:
        """The vectors of some texts; what is longer than the teacher can read is cut."""
        batch = self.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self.model.config.max_position_embeddings,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        spans = batch.pop("offset_mapping")
        vectors = self.model(**batch).last_hidden_state
        mask = batch["attention_mask"]
        return Reading(vectors, mask, spans, mean(vectors, mask))


def mean(vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean (B, D) over the live positions of vectors (B, S, D) with mask (B, S)."""
    weights = mask.unsqueeze(-1).to(vectors.dtype)
    return (vectors * weights).sum(1) / weights.sum(1).clamp(min=1)


def _verify(weights: Path, sha256: str) -> None:
    if not weights.is_file():
        raise ModelError(f"{weights} is missing: the teacher's weights are needed as safetensors")
    found = checksum(weights)
    if found != sha256:
        raise ModelError(f"{weights} has SHA-256 {found}, the plan expects {sha256}: it is another teacher")
