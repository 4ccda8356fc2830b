"""Random models of every family that can be scored, with the colour task's tokenizer."""

import pytest
import torch
from transformers import AutoTokenizer

T5_SIZES = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4, "dropout_rate": 0.0}
BART_SIZES = {
    "d_model": 32,
    **{f"{side}_layers": 2 for side in ("encoder", "decoder")},
    **{f"{side}_attention_heads": 4 for side in ("encoder", "decoder")},
    **{f"{side}_ffn_dim": 64 for side in ("encoder", "decoder")},
    "max_position_embeddings": 64,
    "dropout": 0.0,
    "init_std": 0.2,
    "forced_eos_token_id": None,
}
T5_FAMILY = {
    "t5": {},
    "flan": {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
    "mt5": {},
    "umt5": {},
    "longt5": {"local_radius": 4},
}
BART_FAMILY = {"bart": {}, "mbart": {}, "pegasus": {}, "marian": {}}
FAMILIES = [*T5_FAMILY, *BART_FAMILY]


@pytest.fixture(scope="session")
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


@pytest.fixture(scope="session")
def make(tokenizer):
    """`make("bart", "sdpa")`: a model of the family with that attention; the same weights every time."""
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    def model_of(family, attention=None, **changes):
        sizes = {**T5_SIZES, **T5_FAMILY[family]} if family in T5_FAMILY else BART_SIZES
        start = 0 if family in T5_FAMILY else 1
        ids = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2, "decoder_start_token_id": start}
        kind = "t5" if family == "flan" else family
        config = AutoConfig.for_model(kind, vocab_size=len(tokenizer), **{**sizes, **ids, **changes})
        torch.manual_seed(0)
        model = AutoModelForSeq2SeqLM.from_config(config, attn_implementation=attention).eval()
        spread(model)
        return model

    return model_of


def spread(model):
    """Make positions matter: T5's biases are drawn so small that a wrong one would hardly show."""
    for name, weight in model.named_parameters():
        if "relative_attention_bias" in name:
            torch.nn.init.normal_(weight, std=2.0)
