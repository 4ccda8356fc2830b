import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments

from examination import findings_of, only_newer
from workup.examine.checks.environment.fp16_weights_with_fp16_argument import fp16_weights_with_fp16_argument
from workup.examine.finding import Severity
from workup.examine.subject import Subject


def load(folder, dtype):
    return AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=dtype)


def findings(model, path, **changes):
    settings = Seq2SeqTrainingArguments(
        str(path), **{"fp16": True, "use_cpu": True, "report_to": "none", **changes}
    )
    subject = Subject(arguments=settings, model=model)
    return findings_of(fp16_weights_with_fp16_argument, subject)


def test_fp16_weights_under_fp16_are_found_and_the_scaler_does_refuse_them(tiny_bart, tmp_path):
    model = load(tiny_bart, torch.float16)
    (finding,) = findings(model, tmp_path)
    assert finding.severity is Severity.ERROR
    scaler, weight = torch.amp.GradScaler("cpu"), model.lm_head.weight
    scaler.scale(weight.float().sum()).backward()
    with pytest.raises(ValueError, match="Attempting to unscale FP16 gradients"):
        scaler.unscale_(torch.optim.AdamW([weight]))


@only_newer
def test_a_checkpoint_stored_in_fp16_is_loaded_as_such(tiny_t5, tmp_path):
    load(tiny_t5, torch.float16).save_pretrained(tmp_path / "stored")
    model = AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "stored")
    assert findings(model, tmp_path)


def test_float32_weights_under_fp16_are_sound(tiny_t5, tmp_path):
    assert not findings(load(tiny_t5, torch.float32), tmp_path)


def test_fp16_weights_without_the_argument_are_not_this_fault(tiny_t5, tmp_path):
    assert not findings(load(tiny_t5, torch.float16), tmp_path, fp16=False)


def test_a_float32_adapter_on_frozen_fp16_weights_is_sound(tiny_t5, tmp_path):
    model = get_peft_model(load(tiny_t5, torch.float16), LoraConfig(target_modules=["q", "v"], r=2))
    assert not findings(model, tmp_path)
