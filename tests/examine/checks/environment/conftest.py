"""A model for the checks of what other versions make of it."""

import pytest
import torch
from transformers import T5Config, T5ForConditionalGeneration


@pytest.fixture
def untied(tmp_path, tokenizer):
    """A tiny T5 in the manner of v1.1, with an output head of its own, as it is read from a folder."""
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=16,
        d_kv=4,
        num_heads=4,
        d_ff=32,
        num_layers=1,
        num_decoder_layers=1,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
    )
    model = T5ForConditionalGeneration(config)
    model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.shared.weight))
    model.save_pretrained(tmp_path / "untied")
    return T5ForConditionalGeneration.from_pretrained(tmp_path / "untied")
