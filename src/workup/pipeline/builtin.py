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
    """Some 7 million weights: T5's own design (tied, ReLU), but wide and shallow.

    Most weights are in the embedding, which costs nothing to look up. From random weights and within
    minutes on two cores this learns more than a deeper model that sees fewer rows; dropout would cost
    a third of the time on a CPU and helped nothing (dev/LOG.md).
    """
    from transformers import T5Config

    return T5Config(
        vocab_size=vocabulary,
        d_model=512,
        d_kv=32,
        num_heads=8,
        d_ff=512,
        num_layers=1,
        num_decoder_layers=1,
        dropout_rate=0.0,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
