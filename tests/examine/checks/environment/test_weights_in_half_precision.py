import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments

from examination import findings_of
from workup.examine.checks.environment.weights_in_half_precision import weights_in_half_precision
from workup.examine.finding import Severity
from workup.examine.subject import Subject


def load(folder, dtype):
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=dtype)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.normal_(std=0.5)
    return model


def findings(model, path, **changes):
    settings = Seq2SeqTrainingArguments(
        str(path), **{"learning_rate": 3e-5, "use_cpu": True, "report_to": "none", **changes}
    )
    return findings_of(weights_in_half_precision, Subject(arguments=settings, model=model))


def trained(model, rate):
    """The share of weights that ten AdamW steps left exactly as they were."""
    before = [weight.detach().clone() for weight in model.parameters()]
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for _ in range(10):
        model(input_ids=torch.tensor([[5, 6, 1]]), labels=torch.tensor([[7, 8, 1]])).loss.backward()
        # Only weights with a gradient are asked to move.
        optimizer.step()
    moved = [(old != new)[new.grad != 0] for old, new in zip(before, model.parameters(), strict=True)]
    return 1 - torch.cat(moved).float().mean().item()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_small_learning_rate_cannot_move_half_precision_weights(tiny_t5, tmp_path, dtype):
    (finding,) = findings(load(tiny_t5, dtype), tmp_path, adam_epsilon=1e-4)
    told = finding.evidence["share of weights that cannot move"]
    assert finding.severity is (Severity.ERROR if told >= 0.9 else Severity.WARNING)
    assert finding.evidence["dtype"] == str(dtype).removeprefix("torch.")


def test_what_is_foretold_happens(tiny_t5, tmp_path):
    (finding,) = findings(load(tiny_t5, torch.bfloat16), tmp_path)
    told = finding.evidence["share of weights that cannot move"]
    assert finding.severity is Severity.ERROR
    assert trained(load(tiny_t5, torch.bfloat16), 3e-5) == pytest.approx(told, abs=0.1)
    assert trained(load(tiny_t5, torch.float32), 3e-5) < 0.05


def test_float32_weights_computed_in_bf16_are_sound(tiny_t5, tmp_path):
    assert not findings(load(tiny_t5, torch.float32), tmp_path, bf16=True)


def test_a_learning_rate_that_moves_the_weights_is_sound(tiny_t5, tmp_path):
    assert not findings(load(tiny_t5, torch.bfloat16), tmp_path, learning_rate=1e-2)


def test_a_float32_adapter_on_a_half_precision_base_is_sound(tiny_t5, tmp_path):
    model = get_peft_model(load(tiny_t5, torch.bfloat16), LoraConfig(target_modules=["q", "v"], r=2))
    assert not findings(model, tmp_path)


def test_another_optimizer_is_not_judged(tiny_t5, tmp_path):
    assert not findings(load(tiny_t5, torch.bfloat16), tmp_path, optim="adafactor")


def test_an_epsilon_that_is_zero_in_fp16_makes_nan(tiny_t5, tmp_path):
    (finding,) = findings(load(tiny_t5, torch.float16), tmp_path, learning_rate=1e-2)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["epsilon"] == 1e-8
    model = load(tiny_t5, torch.float16)
    trained(model, 1e-2)
    assert any(weight.isnan().any() for weight in model.parameters())


def test_fp16_weights_with_a_large_epsilon_and_rate_move(tiny_t5, tmp_path):
    changes = {"learning_rate": 1e-2, "adam_epsilon": 1e-4}
    assert not findings(load(tiny_t5, torch.float16), tmp_path, **changes)
