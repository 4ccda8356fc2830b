import pytest
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from examination import findings_of
from workup.examine.checks.training.few_optimizer_steps import few_optimizer_steps
from workup.examine.finding import Severity
from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run
from workup.examine.subject import Subject


def arguments(path, **changes):
    return Seq2SeqTrainingArguments(str(path), **{"use_cpu": True, "report_to": "none", **changes})


def rows(count):
    return [{"input_ids": [5, 6, 1], "labels": [7, 1]}] * count


def findings(settings, count, log=None):
    subject = Subject(arguments=settings, train_rows=rows(count), log=log)
    return findings_of(few_optimizer_steps, subject)


def test_accumulation_may_leave_three_steps(tmp_path):
    settings = arguments(tmp_path, per_device_train_batch_size=16, gradient_accumulation_steps=8)
    (finding,) = findings(settings, 100)
    assert finding.severity is Severity.ERROR
    assert finding.evidence == {
        "steps": 3,
        "rows a step": 128,
        "rows": 100,
        "epochs": 3.0,
        "accumulation": 8,
    }
    assert finding.remedy.change == {"training.epochs": 15.0, "training.accumulation": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"max_steps": 30},
        {"num_train_epochs": 2},
        {"gradient_accumulation_steps": 8},
        {"num_train_epochs": 10, "gradient_accumulation_steps": 2},
    ],
)
def test_the_remedy_gives_enough_steps(tmp_path, changes):
    settings = arguments(tmp_path, **changes)
    (finding,) = findings(settings, 100)
    exec(finding.remedy.code, {"arguments": settings})
    assert not findings(settings, 100)


@pytest.mark.parametrize("changes", [{}, {"gradient_accumulation_steps": 3}, {"dataloader_drop_last": True}])
@pytest.mark.filterwarnings("ignore")
def test_steps_are_counted_as_the_trainer_counts_them(tiny_t5, tmp_path, changes):
    settings = arguments(
        tmp_path, num_train_epochs=2.5, save_strategy="no", disable_tqdm=True, learning_rate=1e-3, **changes
    )
    model, tokenizer = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), AutoTokenizer.from_pretrained(tiny_t5)
    trainer = Seq2SeqTrainer(
        model, settings, train_dataset=rows(36), data_collator=DataCollatorForSeq2Seq(tokenizer)
    )
    (finding,) = findings(settings, 36)
    trainer.train()
    assert finding.evidence["steps"] == trainer.state.max_steps


def test_hundreds_of_steps_are_sound(tmp_path):
    assert not findings(arguments(tmp_path), 1000)
    assert not findings(arguments(tmp_path, max_steps=500), 8)


def test_a_log_that_shows_learning_makes_the_check_silent(tmp_path):
    log = [{"step": n, "loss": loss} for n, loss in enumerate([4.0, 2.0, 1.8, 1.5])]
    various = [{"input_ids": [5], "labels": [n, n + 1]} for n in range(100)]
    settings = arguments(tmp_path, max_steps=40)
    assert not findings_of(few_optimizer_steps, Subject(arguments=settings, train_rows=various, log=log))
    # With one and the same label in all rows such a loss shows nothing.
    assert findings(settings, 100, log)


def test_without_rows_the_check_is_not_made(tmp_path):
    report = run(Subject(arguments=arguments(tmp_path)), [few_optimizer_steps], MEASUREMENTS)
    assert report.skipped[0].part == "train_rows"
