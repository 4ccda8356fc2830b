import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, GenerationConfig

from workup.examine.checks.generation.sampling_by_accident import sampling_by_accident as check
from workup.examine.finding import Severity
from workup.examine.subject import Subject


@pytest.fixture
def model(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


def test_sampling_that_came_with_the_model_is_a_warning(examined, model):
    model.generation_config = GenerationConfig(do_sample=True, temperature=0.7)
    (finding,) = examined(check, Subject(model=model))
    assert finding.severity is Severity.WARNING
    assert finding.evidence["from"] == "generation_config"
    assert "temperature 0.7" in finding.summary


def test_sampling_that_the_call_asks_for_is_a_note(examined, model):
    (finding,) = examined(check, Subject(model=model, generation={"do_sample": True}))
    assert finding.severity is Severity.NOTE


def test_sampling_that_makes_answers_wrong_is_a_warning_whoever_asked_for_it(examined, says_again):
    torch.manual_seed(0)
    (finding,) = examined(check, says_again, generation={"do_sample": True, "temperature": 5.0})
    assert finding.severity is Severity.WARNING
    assert finding.evidence["right without"] == 1.0
    assert finding.evidence["right with"] < 1.0
    (finding,) = examined(check, says_again, generation={"do_sample": True, "temperature": 0.01})
    assert finding.severity is Severity.NOTE


def test_several_answers_are_drawn_on_purpose(examined, model):
    wanted = {"do_sample": True, "num_return_sequences": 4}
    assert not examined(check, Subject(model=model, generation=wanted))


def test_a_temperature_without_sampling_has_no_effect(examined, model):
    (finding,) = examined(check, Subject(model=model, generation={"temperature": 0.2}))
    assert finding.severity is Severity.NOTE
    assert finding.summary == "temperature=0.2 has no effect, because do_sample is off"


def test_settings_of_sampling_that_the_call_turns_off_are_sound(examined, model):
    model.generation_config = GenerationConfig(do_sample=True, temperature=0.7)
    assert not examined(check, Subject(model=model, generation={"do_sample": False}))


@pytest.mark.parametrize("given", [{}, {"num_beams": 4}, {"temperature": 1.0, "top_k": 50}])
def test_greedy_and_beam_search_are_sound(examined, model, given):
    assert not examined(check, Subject(model=model, generation=given))
