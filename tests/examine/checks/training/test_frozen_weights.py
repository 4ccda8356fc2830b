import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSeq2SeqLM

from examination import findings_of
from workup.examine.checks.training.frozen_weights import frozen_weights
from workup.examine.finding import Severity
from workup.examine.subject import Subject


@pytest.fixture(params=["tiny_t5", "tiny_bart"])
def model(request):
    return AutoModelForSeq2SeqLM.from_pretrained(request.getfixturevalue(request.param))


def findings(model):
    return findings_of(frozen_weights, Subject(model=model))


def test_a_model_of_which_only_a_norm_trains_is_found(model):
    model.requires_grad_(False)
    weight = next(weight for name, weight in model.named_parameters() if "norm" in name)
    weight.requires_grad_(True)
    (finding,) = findings(model)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["trainable weights"] == weight.numel()
    assert finding.evidence["adapter"] is False


def test_a_model_of_which_nothing_trains_is_an_error_and_cannot_go_backward(model):
    model.requires_grad_(False)
    (finding,) = findings(model)
    assert finding.severity is Severity.ERROR
    with pytest.raises(RuntimeError, match="does not require grad"):
        model(input_ids=torch.tensor([[5, 6, 1]]), labels=torch.tensor([[7, 1]])).loss.backward()
    exec(finding.remedy.code, {"model": model})
    assert not findings(model)


def test_a_model_that_trains_whole_is_sound(model):
    assert not findings(model)


def test_a_frozen_encoder_is_a_choice(model):
    for weight in model.get_encoder().layers.parameters() if hasattr(model.get_encoder(), "layers") else []:
        weight.requires_grad_(False)
    for weight in model.get_encoder().block.parameters() if hasattr(model.get_encoder(), "block") else []:
        weight.requires_grad_(False)
    assert not findings(model)


def test_an_adapter_is_meant_to_be_small(tiny_t5):
    model = get_peft_model(
        AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), LoraConfig(target_modules=["q"], r=1)
    )
    assert not findings(model)
    model.requires_grad_(False)
    (finding,) = findings(model)
    assert finding.severity is Severity.ERROR
