import pytest
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from examination import only_newer
from workup.examine.checks.training.train_loss_multiple_of_eval_loss import train_loss_multiple_of_eval_loss
from workup.examine.finding import Severity
from workup.examine.measurements.course import course


def arguments(path, **changes):
    given = {
        "gradient_accumulation_steps": 4,
        "per_device_train_batch_size": 2,
        "max_steps": 6,
        "logging_steps": 1,
        "eval_strategy": "steps",
        "eval_steps": 1,
        "save_strategy": "no",
        "learning_rate": 1e-4,
        "disable_tqdm": True,
        "use_cpu": True,
        "report_to": "none",
    }
    return Seq2SeqTrainingArguments(str(path), **{**given, **changes})


def trained(folder, settings, remedy=""):
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForSeq2SeqLM.from_pretrained(folder)
    exec(remedy, {"model": model})
    rows = [{"input_ids": [5, 6, 1], "labels": [7, 8, 1]}] * 16
    trainer = Seq2SeqTrainer(
        model,
        settings,
        train_dataset=rows,
        eval_dataset=rows[:4],
        data_collator=DataCollatorForSeq2Seq(tokenizer),
    )
    trainer.train()
    return trainer.state.log_history


def findings(log, settings):
    return train_loss_multiple_of_eval_loss(course=course(log), arguments=settings)


def log_of(ratio, count=6):
    lines = [
        ({"step": n, "loss": ratio * 2.0 / n}, {"step": n, "eval_loss": 2.0 / n}) for n in range(1, count)
    ]
    return [line for pair in lines for line in pair]


@only_newer
@pytest.mark.filterwarnings("ignore")
def test_four_accumulated_batches_give_four_times_the_loss_and_the_remedy_ends_it(tiny_t5, tmp_path):
    settings = arguments(tmp_path)
    (finding,) = findings(trained(tiny_t5, settings), settings)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["ratio of the losses"] == pytest.approx(4, rel=0.1)
    assert not findings(trained(tiny_t5, settings, finding.remedy.code), settings)


@pytest.mark.parametrize("ratio", [0.1, 0.9, 1.0, 1.4, 3.0, 6.0])
def test_another_ratio_is_sound(tmp_path, ratio):
    assert not findings(log_of(ratio), arguments(tmp_path))


def test_a_ratio_that_wanders_is_sound(tmp_path):
    log = [line for n in range(1, 7) for line in ({"step": n, "loss": n}, {"step": n, "eval_loss": 1.0})]
    assert not findings(log, arguments(tmp_path))


@pytest.mark.parametrize("change", [{"gradient_accumulation_steps": 1}, {"label_smoothing_factor": 0.1}])
def test_without_accumulation_or_with_label_smoothing_it_is_not_judged(tmp_path, change):
    assert not findings(log_of(4), arguments(tmp_path, **change))


def test_one_evaluation_is_no_evidence(tmp_path):
    assert not findings(log_of(4, 2), arguments(tmp_path))
