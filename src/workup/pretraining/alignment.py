"""Which tokens of one tokenizer cover which of another, by the characters they stand for."""

from __future__ import annotations

import torch
from torch import Tensor


def overlaps(spans: Tensor, others: Tensor) -> Tensor:
    """(B, S, T), 1.0 where a token of `spans` (B, S, 2) shares a character with one of `others` (B, T, 2)."""
    start = torch.maximum(spans[:, :, None, 0], others[:, None, :, 0])
    end = torch.minimum(spans[:, :, None, 1], others[:, None, :, 1])
    return (end > start).float()


def aligned(vectors: Tensor, spans: Tensor, onto: Tensor) -> tuple[Tensor, Tensor]:
    """The vectors (B, T, D) of tokens with `spans` (B, T, 2), averaged onto the tokens with spans `onto`.

    Returns:
        (B, S, D) means of the vectors of overlapping tokens, and (B, S) whether there were any.
    """
    shared = overlaps(onto, spans)
    counts = shared.sum(-1, keepdim=True)
    return shared @ vectors / counts.clamp(min=1), counts.squeeze(-1) > 0
