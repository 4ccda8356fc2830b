"""A base small enough for every phase to be lived in seconds, and all of them lived once."""

import pytest
import torch

from workup.walkthrough.lab import Lab
from workup.walkthrough.phase import Result
from workup.walkthrough.phases import PHASES


@pytest.fixture(scope="session")
def small_base(tmp_path_factory):
    """A T5 of half a million random weights with the tokenizer of the built-in base."""
    from transformers import T5Config, T5ForConditionalGeneration

    from workup.pipeline import builtin

    folder = tmp_path_factory.mktemp("small-base")
    _, tokenizer = builtin.load()
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=64,
        d_kv=16,
        num_heads=4,
        d_ff=128,
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


@pytest.fixture(scope="session")
def lab(small_base, tmp_path_factory):
    return Lab(
        str(small_base), tmp_path_factory.mktemp("lab") / "runs", epochs=10.0, brief=1.0, learning_rate=3e-3
    )


@pytest.fixture(scope="session")
def live(lab):
    """`live(name)`: the phase of this name, lived once."""
    kept = {}

    def lived(name):
        if name not in kept:
            number, phase = next((n, one) for n, one in enumerate(PHASES, start=1) if one.name == name)
            kept[name] = Result(phase, number, phase.live(lab), 1.0)
        return kept[name]

    return lived
