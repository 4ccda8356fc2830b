import pytest
import torch
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from examination import findings_of, only_newer
from workup.examine.checks.environment.accumulation_multiplies_loss import accumulation_multiplies_loss
from workup.examine.finding import Severity
from workup.examine.gather.from_run import of_recipe
from workup.examine.gather.from_trainer import of_trainer
from workup.examine.subject import Subject


def arguments(folder, **changes):
    return Seq2SeqTrainingArguments(
        str(folder), **{"gradient_accumulation_steps": 4, "use_cpu": True, "report_to": "none", **changes}
    )


def load(folder):
    return AutoModelForSeq2SeqLM.from_pretrained(folder)


def findings(folder, path, model=None, **changes):
    subject = Subject(arguments=arguments(path, **changes), model=model or load(folder))
    return findings_of(accumulation_multiplies_loss, subject)


@only_newer
@pytest.mark.parametrize("folder", ["tiny_t5", "tiny_bart"])
def test_t5_and_bart_do_not_divide_the_accumulated_loss(folder, request, tmp_path):
    (finding,) = findings(request.getfixturevalue(folder), tmp_path)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["accumulation"] == 4
    assert finding.evidence["loss"] == pytest.approx(finding.evidence["loss with num_items_in_batch"])
    assert "multiplied by 4" in finding.summary


@only_newer
def test_with_sgd_it_is_an_error(tiny_t5, tmp_path):
    (finding,) = findings(tiny_t5, tmp_path, optim="sgd")
    assert finding.severity is Severity.ERROR


def logged_loss(folder, path, remedy=None):
    tokenizer, model = AutoTokenizer.from_pretrained(folder), load(folder)
    if remedy:
        exec(remedy, {"model": model})
    rows = [{"input_ids": [5, 6, 1], "labels": [7, 8, 1]}] * 8
    settings = arguments(
        path,
        per_device_train_batch_size=2,
        max_steps=1,
        logging_steps=1,
        save_strategy="no",
        disable_tqdm=True,
    )
    trainer = Seq2SeqTrainer(
        model, settings, train_dataset=rows, data_collator=DataCollatorForSeq2Seq(tokenizer, model=model)
    )
    trainer.train()
    assert bool(findings(folder, path, model)) is (remedy is None)
    return trainer.state.log_history[0]["loss"]


@only_newer
@pytest.mark.filterwarnings("ignore")
def test_the_trainer_does_log_four_times_the_loss_and_the_remedy_ends_it(tiny_t5, tmp_path):
    (finding,) = findings(tiny_t5, tmp_path)
    wrong, right = logged_loss(tiny_t5, tmp_path), logged_loss(tiny_t5, tmp_path, finding.remedy.code)
    assert wrong == pytest.approx(4 * right, rel=0.01)


@pytest.mark.parametrize("change", [{"gradient_accumulation_steps": 1}, {"label_smoothing_factor": 0.1}])
def test_without_accumulation_or_with_label_smoothing_all_is_well(tiny_t5, tmp_path, change):
    assert not findings(tiny_t5, tmp_path, **change)


def test_a_loss_function_of_the_users_own_is_not_judged(tiny_t5, tmp_path):
    assert not accumulation_multiplies_loss(
        arguments=arguments(tmp_path), model=load(tiny_t5), compute_loss_func=lambda *given, **more: 0
    )


def test_a_model_whose_loss_heeds_the_number_of_tokens_is_sound(tiny_t5, tmp_path):
    model = load(tiny_t5)
    forward = model.forward

    def heeding(*given, num_items_in_batch=None, **more):
        out = forward(*given, **more)
        if num_items_in_batch is not None:
            out.loss = out.loss * (more["labels"] >= 0).sum() / num_items_in_batch
        return out

    model.forward = heeding
    assert not findings(tiny_t5, tmp_path, model)


def test_something_that_is_no_model_is_passed_over(tmp_path):
    assert not accumulation_multiplies_loss(arguments=arguments(tmp_path), model=torch.nn.Linear(2, 2))
    assert not accumulation_multiplies_loss(arguments=object(), model=object())


@only_newer
def test_a_trainer_that_computes_the_loss_itself_is_not_judged(tiny_t5, tmp_path):
    class Own(Seq2SeqTrainer):
        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            return super().compute_loss(model, inputs, return_outputs) / 4

    def found(kind):
        trainer = kind(
            load(tiny_t5),
            arguments(tmp_path),
            data_collator=DataCollatorForSeq2Seq(AutoTokenizer.from_pretrained(tiny_t5)),
        )
        return findings_of(accumulation_multiplies_loss, of_trainer(trainer))

    assert found(Seq2SeqTrainer)
    assert not found(Own)


def test_a_recipe_with_accumulation_divides_right(colour_recipe):
    subject = of_recipe(colour_recipe.change("training.accumulation", 4))
    assert not findings_of(accumulation_multiplies_loss, subject)
