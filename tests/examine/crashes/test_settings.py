import pytest
import torch
from datasets import Dataset


def test_strategies_that_differ_are_told_with_one_that_fits(explained, arguments):
    finding = explained(
        lambda: arguments(load_best_model_at_end=True, eval_strategy="epoch", save_strategy="steps")
    )
    assert finding.code == "CRA009"
    assert 'evaluation is "epoch" and saving is "steps"' in finding.summary
    assert finding.remedy.code == 'eval_strategy="epoch", save_strategy="epoch"'
    never = explained(lambda: arguments(load_best_model_at_end=True, save_strategy="steps"))
    assert never.remedy.code == 'eval_strategy="steps", save_strategy="steps"'


def test_steps_that_do_not_meet_are_told_with_their_numbers(explained, arguments):
    steps = {"eval_strategy": "steps", "eval_steps": 3, "save_strategy": "steps", "save_steps": 4}
    finding = explained(lambda: arguments(load_best_model_at_end=True, **steps))
    assert finding.code == "CRA010"
    assert "every 4 steps and evaluation every 3" in finding.summary
    assert finding.remedy.code == "eval_steps=3, save_steps=3"


def test_evaluation_without_rows_is_told(explained, trainer):
    assert explained(lambda: trainer(eval_strategy="steps", eval_steps=1)).code == "CRA011"
    assert explained(lambda: trainer().evaluate()).code == "CRA011"


def evaluated(trainer, rows, metric, **given):
    steps = {"eval_strategy": "steps", "eval_steps": 1, "save_strategy": "steps", "save_steps": 1}
    best = {"load_best_model_at_end": True, "metric_for_best_model": metric}
    return trainer(evaluation=rows, **steps, **best, **given)


def test_a_metric_that_is_not_there_is_told_with_those_that_are(explained, trainer, rows):
    finding = explained(evaluated(trainer, rows, "rouge9").train)
    assert finding.code == "CRA012"
    assert "'eval_rouge9', and the evaluation gave only eval_loss" in finding.summary
    assert finding.remedy.code == 'metric_for_best_model="eval_loss"'


def test_a_loss_that_is_not_there_is_told_as_missing_labels(explained, trainer, rows):
    held = evaluated(trainer, rows, "eval_loss", label_names=["answers"])
    finding = explained(held.train)
    assert finding.code == "CRA012"
    assert "saw no labels" in finding.summary
    assert finding.remedy.code == 'label_names=["labels"]'


def test_a_precision_that_the_device_lacks_is_told(explained, arguments):
    if torch.cuda.is_available():
        pytest.skip("this device may have it")
    finding = explained(lambda: arguments(tf32=True))
    assert (finding.code, finding.remedy.code) == ("CRA013", "tf32=False")
    half = explained(lambda: arguments(bf16=True, use_cpu=False))
    assert "bf16 was asked for" in half.summary
    assert "use_cpu=True" in half.remedy.text


def test_streamed_rows_without_a_number_of_steps_are_told(explained, trainer, rows):
    class Streamed(torch.utils.data.IterableDataset):
        def __iter__(self):
            return iter(rows)

    assert explained(lambda: trainer(train=Streamed(), max_steps=-1).train()).code == "CRA014"


def test_no_rows_are_told(explained, trainer):
    assert explained(lambda: trainer(train=Dataset.from_list([])).train()).code == "CRA015"
    assert explained(lambda: trainer(train=[]).train()).code == "CRA015"


def test_errors_that_speak_for_themselves_are_left_alone(explained, arguments):
    assert explained(lambda: arguments(bf16=True, fp16=True)) is None
    assert explained(lambda: int("ten")) is None
