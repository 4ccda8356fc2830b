"""Positions by depth: a node of a packed trie stands where its prefix ends, not where it was packed.

A decoder numbers its inputs from left to right. Two kinds of module turn these numbers into what the model
reads: T5's family looks the distance between two inputs up in `relative_attention_bias` (Raffel 2020, section
2.1), BART's family the place of each in `embed_positions`. torch's forward pre-hooks hand them the depths
instead; the modelling code itself is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def positions_by_depth(decoder: torch.nn.Module, depths: torch.Tensor) -> Iterator[None]:
    """Let a decoder without cached inputs read each at its depth (Q,), whatever their order.

    An input must see none deeper than itself. While this lasts, no other thread may use the decoder.
    """
    distances = (depths[:, None] - depths[None, :]).clamp(min=0)

    def by_distance(module: torch.nn.Module, arguments: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        # Input d is d places behind input 0, so column 0 of the buckets (Q, Q) lists those of all distances.
        (buckets,) = arguments
        return (buckets[:, 0][distances],)

    def by_place(module: torch.nn.Module, arguments: Any, named: dict[str, Any]) -> tuple[Any, Any]:
        return arguments, {**named, "position_ids": depths}

    hooks = []
    for name, module in decoder.named_modules():
        if name.endswith("relative_attention_bias"):
            hooks.append(module.register_forward_pre_hook(by_distance))
        elif name.endswith("embed_positions"):
            hooks.append(module.register_forward_pre_hook(by_place, with_kwargs=True))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
