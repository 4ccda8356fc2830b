import pytest
import torch

from workup.pipeline.scoring.positions import positions_by_depth

from .conftest import FAMILIES


def read(model, ids):
    with torch.inference_mode():
        return model(input_ids=torch.tensor([[5, 6, 1]]), decoder_input_ids=torch.tensor([ids])).logits


@pytest.mark.parametrize("family", FAMILIES)
def test_depths_in_order_change_nothing(make, family):
    model = make(family)
    plain = read(model, [0, 5, 6])
    with positions_by_depth(model.get_decoder(), torch.arange(3)):
        assert torch.equal(read(model, [0, 5, 6]), plain)


@pytest.mark.parametrize("family", FAMILIES)
def test_depths_reach_the_model_and_are_gone_afterwards(make, family):
    model = make(family)
    plain = read(model, [0, 5, 6])
    with positions_by_depth(model.get_decoder(), torch.tensor([0, 1, 1])):
        assert not torch.allclose(read(model, [0, 5, 6])[:, 2], plain[:, 2])
    assert torch.equal(read(model, [0, 5, 6]), plain)


def test_they_are_gone_after_an_error_too(make):
    decoder = make("t5").get_decoder()
    with pytest.raises(RuntimeError), positions_by_depth(decoder, torch.arange(3)):
        raise RuntimeError
    assert not any(module._forward_pre_hooks for module in decoder.modules())
