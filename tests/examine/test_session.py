import copy
import random

import numpy as np
import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.examine.session import untouched
from workup.examine.subject import Subject


@pytest.fixture
def subject(tiny_t5):
    return Subject(
        model=AutoModelForSeq2SeqLM.from_pretrained(tiny_t5).train(),
        tokenizer=AutoTokenizer.from_pretrained(tiny_t5),
    )


def draws():
    return random.random(), np.random.rand(), torch.rand(1).item()


def test_random_states_go_on_as_if_nothing_had_happened(subject):
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    expected = draws()
    random.setstate(states[0])
    np.random.set_state(states[1])
    torch.set_rng_state(states[2])
    with untouched(subject):
        draws()
        torch.manual_seed(7)
    assert draws() == expected


def test_modes_gradients_and_configs_are_as_they_were(subject):
    model = subject.model
    model.encoder.block[0].eval()
    weight = model.shared.weight
    weight.grad = torch.ones_like(weight)
    frozen = model.encoder.final_layer_norm.weight.requires_grad_(False)
    config = copy.deepcopy(vars(model.config))
    modes = [module.training for module in model.modules()]
    with untouched(subject):
        model.eval()
        frozen.requires_grad_(True)
        model.config.dropout_rate = 0.5
        model.generation_config.num_beams = 7
        ids = torch.tensor([[5, 6, 1]])
        model(input_ids=ids, labels=ids).loss.backward()
    assert [module.training for module in model.modules()] == modes
    assert torch.equal(weight.grad, torch.ones_like(weight))
    assert frozen.grad is None
    assert not frozen.requires_grad
    assert vars(model.config) == config
    assert model.generation_config.num_beams != 7


def test_the_tokenizer_pads_and_cuts_as_it_did(subject):
    tokenizer = subject.tokenizer
    tokenizer.padding_side = "right"
    tokenizer(["a", "a b c"], padding=True, truncation=True, max_length=5)
    before = tokenizer.backend_tokenizer.truncation, tokenizer.backend_tokenizer.padding
    with untouched(subject):
        tokenizer.padding_side = "left"
        tokenizer(["a b c d e f g"], truncation=True, max_length=2)
    assert tokenizer.padding_side == "right"
    assert (tokenizer.backend_tokenizer.truncation, tokenizer.backend_tokenizer.padding) == before


def test_everything_is_put_back_after_an_error_too(subject):
    with pytest.raises(ValueError, match="of the check"), untouched(subject):
        subject.model.eval()
        raise ValueError("of the check")
    assert subject.model.training
