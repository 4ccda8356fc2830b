"""The student: a T5 with random weights, made for a tokenizer."""

from __future__ import annotations

from typing import Any

import torch


def fresh(tokenizer: Any, seed: int, **shape: Any) -> Any:
    """A T5ForConditionalGeneration whose weights depend on the seed alone; it has no dropout.

    Args:
        shape: fields of T5Config such as `d_model`, `d_kv`, `num_heads`, `d_ff`, `num_layers`.
    """
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(
        vocab_size=len(tokenizer),
        dropout_rate=0.0,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
        **shape,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return T5ForConditionalGeneration(config)
