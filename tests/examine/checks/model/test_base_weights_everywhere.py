import pytest
import torch

from workup.examine.checks.model.base_weights_everywhere import base_weights_everywhere
from workup.examine.finding import Severity

LOG = [{"loss": 3.0, "step": 4}]


@pytest.fixture
def base(t5):
    return {name: weight.detach().clone() for name, weight in t5.named_parameters()}


def test_a_checkpoint_whose_keys_match_none_leaves_the_base(examine, t5, base, rows, train, tiny_t5):
    from transformers import AutoModelForSeq2SeqLM

    state = {f"module.{name}": weight for name, weight in train(t5, rows).state_dict().items()}
    loaded = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
    assert loaded.load_state_dict(state, strict=False).unexpected_keys
    (finding,) = examine(base_weights_everywhere, model=loaded, base_weights=base)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["unchanged"] == finding.evidence["weights"]


def test_the_first_rows_of_each_weight_are_enough(examine, t5, rows, train):
    base = {name: weight.detach()[:5].clone() for name, weight in t5.named_parameters()}
    (finding,) = examine(base_weights_everywhere, model=t5, base_weights=base)
    assert finding.evidence["unchanged"] == finding.evidence["weights"] == len(base)
    assert not examine(base_weights_everywhere, model=train(t5, rows), base_weights=base, log=LOG)


def test_an_optimizer_of_another_model_leaves_the_base(examine, t5, base):
    assert examine(base_weights_everywhere, model=t5, base_weights=base, log=LOG, in_training=True)


def test_a_trained_model_is_sound(examine, t5, base, rows, train):
    assert not examine(base_weights_everywhere, model=train(t5, rows), base_weights=base, log=LOG)


def test_small_steps_in_half_precision_are_rounded_away(examine, t5, rows, train):
    t5.to(torch.bfloat16)
    base = {name: weight.detach().clone() for name, weight in t5.named_parameters()}
    train(t5, rows, rate=1e-4)
    (finding,) = examine(base_weights_everywhere, model=t5, base_weights=base, log=LOG)
    assert finding.severity is Severity.WARNING
    assert 0.5 < finding.evidence["share of numbers"] < 1


def test_before_the_first_step_the_base_is_rightly_there(examine, t5, base):
    assert not examine(base_weights_everywhere, model=t5, base_weights=base, in_training=True)
    assert not examine(base_weights_everywhere, model=t5, base_weights=base, log=[])


def test_a_frozen_part_is_sound(examine, t5, base, rows, train):
    for weight in t5.encoder.block.parameters():
        weight.requires_grad_(False)
    assert not examine(base_weights_everywhere, model=train(t5, rows), base_weights=base, log=LOG)
