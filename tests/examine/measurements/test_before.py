import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.examine.measurements.before import before
from workup.examine.parts import Missing


@pytest.fixture
def t5(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def test_the_base_answers_as_it_did_though_the_model_has_changed(t5, tokenizer):
    base = {name: weight.detach().clone() for name, weight in t5.named_parameters()}
    sources = ["the sky", "a longer text about the sea"]
    then = before(t5, base, tokenizer).answers(sources)
    with torch.no_grad():
        for weight in t5.parameters():
            weight.zero_()
    changed = {name: weight.detach().clone() for name, weight in t5.named_parameters()}
    assert before(t5, base, tokenizer).answers(sources) == then
    assert all(torch.equal(weight, changed[name]) for name, weight in t5.named_parameters())


def test_without_all_weights_that_were_trained_there_is_no_base(t5, tokenizer):
    base = dict(list(t5.named_parameters())[1:])
    with pytest.raises(Missing, match="base_weights"):
        before(t5, base, tokenizer)
