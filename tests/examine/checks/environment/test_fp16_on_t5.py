import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments

from examination import findings_of
from workup.examine.checks.environment.fp16_on_t5 import fp16_on_t5
from workup.examine.finding import Severity
from workup.examine.subject import Subject

BATCH = {"input_ids": torch.tensor([[5, 6, 1]]), "labels": torch.tensor([[7, 8, 1]])}


def load(folder):
    return AutoModelForSeq2SeqLM.from_pretrained(folder)


def findings(model, path, batch=None, **changes):
    settings = Seq2SeqTrainingArguments(
        str(path), **{"fp16": True, "use_cpu": True, "report_to": "none", **changes}
    )
    subject = Subject(arguments=settings, model=model, captured_batch=batch)
    return findings_of(fp16_on_t5, subject)


def test_t5_in_fp16_is_warned_of(tiny_t5, tmp_path):
    (finding,) = findings(load(tiny_t5), tmp_path)
    assert finding.severity is Severity.WARNING
    assert "t5" in finding.summary


def test_activations_beyond_fp16_are_an_error_and_do_overflow(tiny_t5, tmp_path):
    model = load(tiny_t5)
    wide = model.encoder.block[0].layer[-1].DenseReluDense
    with torch.no_grad():
        wide.wi.weight.mul_(3000)
        wide.wo.weight.mul_(3000)
    (finding,) = findings(model, tmp_path, BATCH)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["module"] == "encoder.block.0.layer.1.DenseReluDense.wo"
    assert torch.tensor(finding.evidence["largest activation"]).half().isinf()
    assert not any(module._forward_hooks for module in model.modules())


def test_activations_far_below_the_limit_are_only_a_note(tiny_t5, tmp_path):
    (finding,) = findings(load(tiny_t5), tmp_path, BATCH)
    assert finding.severity is Severity.NOTE
    assert finding.evidence["largest activation"] < 6550


@pytest.mark.parametrize("change", [{"bf16": True, "fp16": False}, {"fp16": False}])
def test_t5_in_bf16_or_float32_is_sound(tiny_t5, tmp_path, change):
    assert not findings(load(tiny_t5), tmp_path, BATCH, **change)


def test_bart_in_fp16_is_sound(tiny_bart, tmp_path):
    assert not findings(load(tiny_bart), tmp_path, BATCH)
