"""How many nodes fit: the memory that one decoder pass takes, estimated from the model's configuration."""

from __future__ import annotations

from typing import Any

_FLOAT = 4  # bytes; half-precision models are counted as if they were not


def pass_bytes(config: Any, nodes: int, sources: int) -> int:
    """Bytes of a decoder pass over so many nodes for each of so many sources, above weights and encoder.

    Counted are the largest tensors that are alive together. A node has two vectors of the vocabulary's size
    (logits, with a bias or in chunks of exponentials), keys and values of self-attention in every layer, and
    some ten vectors of the layer at work. Each pair of nodes has three numbers per attention head (position
    bias, scores, weights), and two of the mask.
    """
    layers = _value(config, "num_decoder_layers", "decoder_layers")
    feed_forward = _value(config, "d_ff", "decoder_ffn_dim")
    node = 2 * _value(config, "vocab_size") + (2 * layers + 10) * _value(config, "d_model") + 2 * feed_forward
    pair = 3 * _value(config, "num_heads", "decoder_attention_heads") + 2
    return _FLOAT * sources * (nodes * node + nodes * nodes * pair)


def nodes_within(config: Any, memory: int) -> int:
    """The most nodes whose pass for one source stays within `memory` bytes; at least 1."""
    few, many = 1, 2
    while pass_bytes(config, many, 1) <= memory:
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if pass_bytes(config, middle, 1) <= memory else (few, middle)
    return few


def _value(config: Any, *names: str) -> int:
    """What T5's or BART's family calls by one of these names."""
    return next(int(getattr(config, name)) for name in names if hasattr(config, name))
