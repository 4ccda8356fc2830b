import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments

from workup.examine.checks.training.clipped_every_step import clipped_every_step
from workup.examine.finding import Severity
from workup.examine.measurements.course import course


def findings(path, norms, **changes):
    log = [{"step": n, "loss": 1.0, "grad_norm": norm} for n, norm in enumerate(norms)]
    arguments = Seq2SeqTrainingArguments(str(path), use_cpu=True, report_to="none", **changes)
    return clipped_every_step(course=course(log), arguments=arguments)


def norms_of(folder, reduction):
    """The gradient norms of a short training whose loss is a mean or a sum over tokens."""
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    ids = torch.randint(3, 200, (8, 12))
    optimizer, norms = torch.optim.AdamW(model.parameters(), lr=1e-4), []
    for _ in range(12):
        logits = model(input_ids=ids, labels=ids).logits
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids.flatten(), reduction=reduction).backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        optimizer.step()
        optimizer.zero_grad()
    return norms


def test_a_loss_that_is_summed_over_tokens_is_clipped_at_every_step(tiny_t5, tmp_path):
    (finding,) = findings(tmp_path, norms_of(tiny_t5, "sum"))
    assert finding.severity is Severity.WARNING
    assert finding.evidence["share clipped"] == 1.0
    assert finding.evidence["median norm"] > 10


def test_norms_a_little_above_the_limit_are_a_note_and_the_remedy_ends_it(tmp_path):
    norms = [2.0, 2.5] * 10
    (finding,) = findings(tmp_path, norms)
    assert finding.severity is Severity.NOTE
    assert not findings(tmp_path, norms, max_grad_norm=finding.remedy.change["training.max_grad_norm"])


@pytest.mark.parametrize(
    ("norms", "changes"),
    [
        ([9.0, 7.0, 4.0, 2.0] + [0.7] * 16, {}),
        ([0.5] * 18 + [30.0, 40.0], {}),
        ([9.0] * 20, {"max_grad_norm": 0.0}),
        ([9.0] * 5, {}),
    ],
    ids=["only at the start", "rare long gradients", "never clipped", "too few lines"],
)
def test_these_are_sound(tmp_path, norms, changes):
    assert not findings(tmp_path, norms, **changes)


def test_with_adamw_a_loss_that_falls_makes_the_check_silent(tmp_path):
    log = [{"step": n, "loss": 4.0 / (1 + n), "grad_norm": 2.0} for n in range(20)]
    arguments = Seq2SeqTrainingArguments(str(tmp_path), use_cpu=True, report_to="none")
    given = {"course": course(log), "arguments": arguments, "has_learned": True}
    assert not clipped_every_step(**given, optimizer_family="adam")
    assert clipped_every_step(**given, optimizer_family="sgd")
