"""T5s of random weights, small enough to be trained in seconds."""

from pathlib import Path
from typing import Any

import torch


def save_t5(folder: Path, tokenizer: Any, *, d_model: int, d_kv: int, d_ff: int) -> Path:
    """A T5 of one layer and four heads with this tokenizer, saved to the folder. It has no dropout."""
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=d_model,
        d_kv=d_kv,
        num_heads=4,
        d_ff=d_ff,
        num_layers=1,
        num_decoder_layers=1,
        dropout_rate=0.0,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    T5ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
