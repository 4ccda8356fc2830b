import pytest
from peft import LoraConfig, PeftModel, get_peft_model

from workup.examine.checks.model.adapter_untrained import adapter_untrained
from workup.examine.finding import Severity

LOG = [{"loss": 3.0, "step": 4}]


@pytest.fixture
def adapted(t5):
    return get_peft_model(t5, LoraConfig(r=2, target_modules=["q", "v"]))


def test_an_adapter_that_no_gradient_reached_is_found(examine, adapted):
    (finding,) = examine(adapter_untrained, model=adapted, log=LOG)
    assert finding.severity is Severity.ERROR
    assert finding.summary == f"all {finding.evidence['matrices']} matrices lora_B are zero after 4 steps"


def test_an_adapter_of_zeros_that_is_loaded_for_use_is_found(examine, adapted, tiny_t5, tmp_path):
    from transformers import AutoModelForSeq2SeqLM

    adapted.save_pretrained(tmp_path)
    loaded = PeftModel.from_pretrained(AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), tmp_path)
    (finding,) = examine(adapter_untrained, model=loaded)
    assert "loaded for use" in finding.summary


def test_before_the_first_step_zeros_are_right(examine, adapted):
    assert not examine(adapter_untrained, model=adapted)
    assert not examine(adapter_untrained, model=adapted, log=[])


def test_a_trained_adapter_and_a_model_without_one_are_sound(examine, adapted, tiny_t5, rows, train, bart):
    assert not examine(adapter_untrained, model=train(adapted, rows), log=LOG)
    assert not examine(adapter_untrained, model=bart, log=LOG)
