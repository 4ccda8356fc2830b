"""The built-in base: a small T5 for machines without a hub.

Its tokenizer is a file of this package: training a unigram tokenizer twice gives two vocabularies, so
it was trained once (`scripts/make_tokenizer.py`). Its weights are drawn from a fixed seed.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

NAME = "builtin"
_SEED = 20260101


def folder() -> Path:
    """The package folder with the tokenizer of the built-in base."""
    return Path(str(resources.files("workup.pipeline") / "builtin_base"))


def load() -> tuple[Any, Any]:
    """The built-in model and its tokenizer. The global random state is left as it was."""
    import torch
    from transformers import PreTrainedTokenizerFast, T5ForConditionalGeneration

    tokenizer = PreTrainedTokenizerFast.from_pretrained(str(folder()))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        model = T5ForConditionalGeneration(config(len(tokenizer)))
    return model, tokenizer


def config(vocabulary: int) -> Any:
    """About 10 million weights, in the shape of T5's own small model: narrow, tied, with ReLU."""
    from transformers import T5Config

    return T5Config(
        vocab_size=vocabulary,
        d_model=256,
        d_kv=32,
        num_heads=8,
        d_ff=1024,
        num_layers=4,
        num_decoder_layers=4,
        dropout_rate=0.1,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
