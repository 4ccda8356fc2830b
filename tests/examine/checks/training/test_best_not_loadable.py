import pytest
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)
from transformers.trainer_utils import SaveStrategy

from examination import findings_of
from workup.examine.checks.training.best_not_loadable import best_not_loadable
from workup.examine.finding import Severity
from workup.examine.subject import Subject, versions


def arguments(path, **changes):
    given = {
        "load_best_model_at_end": True,
        "eval_strategy": "steps",
        "save_strategy": "steps",
        "eval_steps": 2,
        "save_steps": 2,
        "max_steps": 8,
        "use_cpu": True,
        "report_to": "none",
        "disable_tqdm": True,
        "save_only_model": True,
    }
    return Seq2SeqTrainingArguments(str(path), **{**given, **changes})


def findings(settings, log=None, installed=None):
    subject = Subject(arguments=settings, log=log, versions=installed or versions())
    return findings_of(best_not_loadable, subject)


def trained(folder, settings):
    """What a Trainer loads at the end, if its evaluation is best at the first step and then gets worse."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForSeq2SeqLM.from_pretrained(folder)
    rows, quality = [{"input_ids": [5, 1], "labels": [7, 1]}] * 2, iter([0.9, 0.5, 0.4, 0.3, 0.2])
    trainer = Seq2SeqTrainer(
        model,
        settings,
        train_dataset=rows,
        eval_dataset=rows,
        data_collator=DataCollatorForSeq2Seq(tokenizer),
        compute_metrics=lambda told: {"accuracy": next(quality)},
    )
    trainer.train()
    return trainer.state


@pytest.mark.filterwarnings("ignore")
def test_the_best_between_two_checkpoints_is_not_loaded(tiny_t5, tmp_path):
    settings = arguments(tmp_path, save_steps=8, metric_for_best_model="accuracy")
    (before,) = findings(settings)
    assert before.severity is Severity.WARNING
    state = trained(tiny_t5, settings)
    assert (state.best_global_step, state.best_model_checkpoint) == (2, None)
    (after,) = findings(settings, state.log_history)
    assert after.severity is Severity.ERROR
    assert after.evidence["best step"] == 2
    exec(after.remedy.code, {"arguments": settings})
    assert not findings(settings, state.log_history)


@pytest.mark.parametrize(("save_steps", "severity"), [(4, Severity.NOTE), (8, Severity.WARNING)])
def test_a_best_that_has_a_checkpoint_by_chance_is_no_error(tmp_path, save_steps, severity):
    log = [{"step": step, "eval_loss": loss} for step, loss in ((2, 2.0), (4, 1.4), (6, 1.5), (8, 1.2))]
    (finding,) = findings(arguments(tmp_path, save_steps=save_steps), log)
    assert finding.severity is severity
    assert finding.summary.endswith("; the best was at step 8, of which there is by chance a checkpoint")


def test_without_any_evaluation_nothing_can_be_best(tmp_path):
    settings = arguments(tmp_path, eval_strategy="no", save_strategy="best")
    (finding,) = findings(settings)
    assert finding.severity is Severity.ERROR
    late = arguments(tmp_path, eval_delay=100)
    assert "after the last of 8 steps" in findings(late)[0].summary


def test_transformers_4_does_not_evaluate_at_the_end(tmp_path):
    settings = arguments(tmp_path, eval_steps=50, save_steps=50)
    assert findings(settings, installed={"transformers": "4.57.6"})
    assert not findings(settings, installed={"transformers": "5.18.0"})


def test_a_training_without_checkpoints_has_none_to_load(tmp_path):
    settings = arguments(tmp_path)
    settings.save_strategy = SaveStrategy.NO
    (finding,) = findings(settings)
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"save_strategy": "best"},
        {"eval_strategy": "epoch", "save_strategy": "epoch"},
        {"eval_steps": 0.25, "save_steps": 0.25},
        {"save_steps": 8, "load_best_model_at_end": False},
    ],
)
def test_saving_as_often_as_evaluating_is_sound(tmp_path, changes):
    assert not findings(arguments(tmp_path, **changes))
