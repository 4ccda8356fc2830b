import pytest
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from workup.examine.checks.training.best_by_wrong_sign import best_by_wrong_sign
from workup.examine.finding import Severity
from workup.examine.measurements.course import course


def arguments(path, metric, **changes):
    given = {
        "load_best_model_at_end": True,
        "eval_strategy": "epoch",
        "save_strategy": "epoch",
        "use_cpu": True,
        "report_to": "none",
    }
    return Seq2SeqTrainingArguments(str(path), metric_for_best_model=metric, **{**given, **changes})


def findings(settings, log=None):
    return best_by_wrong_sign(arguments=settings, course=None if log is None else course(log))


def evaluations(metric, values, losses):
    return [
        {"step": n, f"eval_{metric}": value, "eval_loss": loss}
        for n, (value, loss) in enumerate(zip(values, losses, strict=True))
    ]


def test_an_error_rate_keeps_the_worst_checkpoint(tmp_path):
    log = evaluations("error_rate", [0.40, 0.17, 0.16, 0.15], [2.0, 1.0, 0.9, 0.8])
    (finding,) = findings(arguments(tmp_path, "error_rate"), log)
    assert finding.severity is Severity.ERROR
    assert (finding.evidence["kept"], finding.evidence["best"]) == (0.40, 0.15)
    assert finding.evidence["correlation with eval_loss"] > 0.9


@pytest.mark.filterwarnings("ignore")
def test_the_trainer_does_load_the_worst_one_and_with_the_remedy_the_best(tiny_t5, tmp_path):
    def loaded(settings):
        tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
        model = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
        rows, rates = [{"input_ids": [5, 1], "labels": [7, 1]}] * 2, iter([0.4, 0.2, 0.1])
        trainer = Seq2SeqTrainer(
            model,
            settings,
            train_dataset=rows,
            eval_dataset=rows,
            data_collator=DataCollatorForSeq2Seq(tokenizer),
            compute_metrics=lambda told: {"cer": next(rates)},
        )
        trainer.train()
        return trainer.state.best_metric, findings(settings, trainer.state.log_history)

    settings = {"metric": "cer", "num_train_epochs": 3, "disable_tqdm": True, "save_only_model": True}
    kept, (finding,) = loaded(arguments(tmp_path / "a", **settings))
    assert kept == finding.evidence["kept"] == 0.4
    right = arguments(tmp_path / "b", **settings)
    exec(finding.remedy.code, {"arguments": right})
    assert loaded(right) == (0.1, ())


@pytest.mark.parametrize("metric", ["cer", "eval_wer", "perplexity", "character_error"])
def test_names_of_which_less_is_better_are_known(tmp_path, metric):
    assert findings(arguments(tmp_path, metric))
    assert not findings(arguments(tmp_path, metric, greater_is_better=False))


@pytest.mark.parametrize("metric", ["accuracy", "eval_rougeL", "exact_match", "f1"])
def test_names_of_which_more_is_better_are_sound_by_default(tmp_path, metric):
    assert not findings(arguments(tmp_path, metric))
    assert findings(arguments(tmp_path, metric, greater_is_better=False))


@pytest.mark.parametrize("metric", [None, "loss", "eval_loss"])
def test_the_loss_is_sound_by_default(tmp_path, metric):
    assert not findings(arguments(tmp_path, metric))


@pytest.mark.parametrize("metric", ["error_free", "errors_avoided", "quality", "terminology"])
def test_a_name_that_says_nothing_clear_is_left_alone(tmp_path, metric):
    assert not findings(arguments(tmp_path, metric))


def test_a_metric_that_goes_against_its_name_is_only_warned_of(tmp_path):
    log = evaluations("error", [0.1, 0.5, 0.8], [2.0, 1.0, 0.5])
    (finding,) = findings(arguments(tmp_path, "error"), log)
    assert finding.severity is Severity.WARNING


def test_where_nothing_is_chosen_by_it_the_sign_does_not_matter(tmp_path):
    assert not findings(arguments(tmp_path, "cer", load_best_model_at_end=False))
