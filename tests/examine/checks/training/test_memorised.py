import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments

from workup.examine.checks.training.memorised import memorised
from workup.examine.finding import Severity
from workup.examine.measurements.course import course


def log_of(losses, evaluations):
    every = len(losses) // len(evaluations)
    log = [{"step": n, "loss": loss} for n, loss in enumerate(losses, 1)]
    return log + [{"step": n * every, "eval_loss": loss} for n, loss in enumerate(evaluations, 1)]


def findings(log, arguments=None):
    return memorised(course=course(log), arguments=arguments)


HEART = log_of([3.0, 2.0, 1.0, 0.4, 0.1, 0.05, 0.02, 0.01, 0.01], [0.9, 0.6, 0.4, 0.5, 0.8, 1.2])


def test_training_rows_by_heart_and_a_rising_evaluation_loss_are_found():
    (finding,) = findings(HEART)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["best step"] == 3
    assert (finding.evidence["best evaluation loss"], finding.evidence["last evaluation loss"]) == (0.4, 1.2)


def test_a_real_training_on_targets_without_sense_is_found(tiny_t5):
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
    inputs = torch.randint(3, 200, (16, 3))
    targets = torch.randint(200, 204, (16, 1))
    optimizer, log = torch.optim.AdamW(model.parameters(), lr=1e-2), []
    for step in range(100):
        loss = model(input_ids=inputs[:8], labels=targets[:8]).loss
        log.append({"step": step, "loss": loss.item()})
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if step % 10 == 9:
            with torch.no_grad():
                log.append(
                    {"step": step, "eval_loss": model(input_ids=inputs[8:], labels=targets[8:]).loss.item()}
                )
    (finding,) = findings(log)
    assert finding.evidence["last training loss"] < 0.05


def test_with_the_best_checkpoint_loaded_it_is_a_note(tmp_path):
    arguments = Seq2SeqTrainingArguments(
        str(tmp_path),
        load_best_model_at_end=True,
        eval_strategy="epoch",
        save_strategy="epoch",
        use_cpu=True,
        report_to="none",
    )
    (finding,) = findings(HEART, arguments)
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("losses", "evaluations"),
    [
        ([3.0, 1.0, 0.2, 0.05, 0.02, 0.01], [0.5, 0.1, 0.02]),
        ([3.0, 1.0, 0.2, 0.05, 0.02, 0.01], [0.5, 0.42, 0.45]),
        ([3.0, 2.0, 1.5, 1.2, 1.0, 0.9], [1.5, 1.2, 2.0]),
        ([3.0, 1.0, 0.2, 0.05, 0.02, 0.01], [0.5, 2.0]),
    ],
    ids=["an easy task", "a rise within noise", "not by heart", "too few evaluations"],
)
def test_these_are_sound(losses, evaluations):
    assert not findings(log_of(losses, evaluations))
