import pytest
import torch
from transformers import AutoModelForSeq2SeqLM

from workup.examine.measurements.marks import mark, weights_of


@pytest.fixture
def model(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


def test_weights_are_known_by_their_bits_and_rounded_ones_by_their_size():
    weight = torch.randn(300, 7, generator=torch.Generator().manual_seed(0))
    changed = weight.clone()
    changed[299, 6] += 1e-6
    assert mark(weight).is_of(mark(weight.t().contiguous().t()))
    assert not mark(weight).is_of(mark(changed))
    assert mark(weight).is_of(mark(weight.bfloat16()))
    assert mark(weight.half()).is_of(mark(weight))
    assert not mark(weight).is_of(mark(2 * weight.bfloat16()))
    assert not mark(weight).is_of(mark(weight[:299]))
    assert mark(torch.tensor(2.0)).is_of(mark(torch.tensor(2.0)))


def test_tied_weights_stand_under_each_of_their_names(model):
    found = weights_of(model)
    assert {found.first[f"{name}.weight"] for name in ("shared", "lm_head", "encoder.embed_tokens")} == {
        "shared.weight"
    }
    assert len(found.marks) == len(dict(model.named_parameters())) + 3
