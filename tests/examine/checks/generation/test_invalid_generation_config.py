import pytest
from transformers import AutoModelForSeq2SeqLM

from workup.examine.checks.generation.invalid_generation_config import (
    invalid_generation_config as check,
)
from workup.examine.finding import Severity
from workup.examine.subject import Subject


@pytest.fixture
def model(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.mark.parametrize(("name", "value"), [("early_stopping", True), ("temperature", 0.5)])
def test_a_configuration_with_which_saving_fails_is_found_before(examined, model, tmp_path, name, value):
    setattr(model.generation_config, name, value)
    (finding,) = examined(check, Subject(model=model))
    assert finding.severity is Severity.ERROR
    assert name in finding.summary
    with pytest.raises(ValueError, match=name):
        model.save_pretrained(tmp_path)
    exec(finding.remedy.code, {"model": model})
    assert not examined(check, Subject(model=model))
    model.save_pretrained(tmp_path)


def test_the_models_own_configuration_is_sound(examined, model):
    assert not examined(check, Subject(model=model))


def test_beams_that_stop_early_are_sound(examined, model):
    model.generation_config.num_beams = 4
    model.generation_config.early_stopping = True
    assert not examined(check, Subject(model=model))


def test_a_temperature_for_sampling_is_sound(examined, model):
    model.generation_config.do_sample = True
    model.generation_config.temperature = 0.5
    assert not examined(check, Subject(model=model))
