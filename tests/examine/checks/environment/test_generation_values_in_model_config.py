import pytest
import torch
from transformers import AutoModelForSeq2SeqLM

from examination import only_newer
from workup.examine.checks.environment.generation_values_in_model_config import (
    generation_values_in_model_config,
)
from workup.examine.finding import Severity
from workup.examine.subject import versions


@pytest.fixture(params=["tiny_t5", "tiny_bart"])
def model(request):
    return AutoModelForSeq2SeqLM.from_pretrained(request.getfixturevalue(request.param))


def findings(model, installed=None):
    return generation_values_in_model_config(model=model, versions=installed or versions())


@only_newer
def test_beams_in_the_config_break_generation_and_saving(model, tmp_path):
    model.config.num_beams = 4
    (finding,) = findings(model)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["in the config"] == {"num_beams": 4}
    with pytest.raises(ValueError, match="num_beams"):
        model.save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="num_beams"):
        model.generate(torch.tensor([[5, 6, 1]]))


def test_the_remedy_moves_them(model, tmp_path):
    model.config.num_beams, model.config.max_length = 4, 30
    (finding,) = findings(model)
    exec(finding.remedy.code, {"model": model})
    assert not findings(model)
    assert (model.generation_config.num_beams, model.generation_config.max_length) == (4, 30)
    model.save_pretrained(tmp_path)


def test_values_in_the_generation_config_are_sound(model):
    model.generation_config.num_beams, model.generation_config.max_length = 4, 30
    assert not findings(model)


def test_under_transformers_4_equal_values_are_sound_and_others_are_warned_of(model):
    model.config.num_beams = 4
    (finding,) = findings(model, {"transformers": "4.57.6"})
    assert finding.severity is Severity.WARNING
    model.generation_config.num_beams = 4
    assert not findings(model, {"transformers": "4.57.6"})


def test_something_that_is_no_model_is_passed_over():
    assert not findings(torch.nn.Linear(2, 2))
