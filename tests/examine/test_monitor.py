import copy
import random

import numpy as np
import pytest
import torch
from datasets import Dataset
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    TrainerCallback,
)

import workup
from colour_task import colour_rows
from workup.errors import RunError, WorkupError
from workup.examine import api
from workup.examine.check import check
from workup.examine.monitor import Monitor, beginnings, calling_trainer

STEPS = 6


@pytest.fixture
def made(tiny_t5, tmp_path):
    """`made(Monitor(), ...)`: a sound Trainer on the colour task, but for what is given."""

    def trainer(*callbacks, tokenized=True, streaming=False, **arguments):
        tokenizer, model = (
            AutoTokenizer.from_pretrained(tiny_t5),
            AutoModelForSeq2SeqLM.from_pretrained(tiny_t5),
        )
        rows = Dataset.from_list(
            [dict(tokenizer(row["text"], text_target=row["colour"])) for row in colour_rows()]
        )
        given = {
            "max_steps": STEPS,
            "logging_steps": 1,
            "learning_rate": 3e-3,
            "seed": 3,
            "eval_strategy": "no" if streaming else "steps",
            "eval_steps": 3,
            **arguments,
        }
        return Seq2SeqTrainer(
            model=model,
            args=Seq2SeqTrainingArguments(
                output_dir=str(tmp_path),
                report_to="none",
                use_cpu=True,
                disable_tqdm=True,
                save_strategy="no",
                per_device_train_batch_size=4,
                **given,
            ),
            train_dataset=rows.to_iterable_dataset() if streaming else rows,
            eval_dataset=None if streaming else rows.select(range(8)),
            data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
            processing_class=tokenizer if tokenized else None,
            callbacks=list(callbacks),
        )

    return trainer


class Numbers(TrainerCallback):
    """Draws a number of each kind at every step: what comes next shows whether somebody else drew."""

    def __init__(self):
        self.drawn = []

    def on_step_end(self, *_, **__):
        self.drawn.append((random.random(), float(np.random.rand()), float(torch.rand(()))))


def codes(report):
    return {finding.code for finding in report.findings}


def state_of(trainer):
    """Everything that a monitor could change, as plain values."""
    tokenizer = trainer.processing_class
    model = trainer.model
    return {
        "weights": {name: weight.clone() for name, weight in model.state_dict().items()},
        "gradients": {name: weight.grad for name, weight in model.named_parameters()},
        "wanted": {name: weight.requires_grad for name, weight in model.named_parameters()},
        "optimizer": copy.deepcopy(trainer.optimizer.state_dict()),
        "log": [
            {name: value for name, value in line.items() if "second" not in name and "runtime" not in name}
            for line in trainer.state.log_history
        ],
        "configs": (model.config.to_dict(), model.generation_config.to_dict()),
        # transformers 4 puts the time into this folder's name.
        "arguments": {**trainer.args.to_dict(), "logging_dir": None},
        "tokenizer": (
            tokenizer.backend_tokenizer.to_str(),
            tokenizer.padding_side,
            tokenizer.truncation_side,
            len(tokenizer),
        ),
        "data": [trainer.train_dataset.to_dict(), trainer.eval_dataset.to_dict()],
        "modes": [module.training for module in model.modules()],
    }


def assert_equal(one, other):
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_equal(one[name], other[name])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_equal(left, right)
    else:
        assert one == other


def test_a_run_is_the_same_with_and_without_it_bit_for_bit(made):
    outcomes = []
    for callbacks in ([], [Monitor()]):
        numbers = Numbers()
        random.seed(1)
        trainer = made(numbers, *callbacks, predict_with_generate=True)
        trainer.train()
        outcomes.append((state_of(trainer), numbers.drawn))
    assert_equal(*outcomes)


class Listener(TrainerCallback):
    """What was told on standard error before each step."""

    def __init__(self, capsys):
        self.capsys, self.told = capsys, []

    def on_step_begin(self, *_, **__):
        self.told.append(self.capsys.readouterr().err)


def test_errors_are_told_before_the_first_step(made, capsys):
    listener = Listener(capsys)
    made(Monitor(), listener).train()
    first, *others = listener.told
    assert "error TRA001 (training) the whole training makes 6 optimizer steps" in " ".join(first.split())
    assert not any("TRA001" in text for text in others)


def test_it_stops_before_the_first_step_where_that_is_wanted(made):
    monitor = Monitor(stop_on="error")
    trainer = made(monitor)
    before = {name: weight.clone() for name, weight in trainer.model.state_dict().items()}
    with pytest.raises(WorkupError, match=r"1 error\(s\), and no step was made\. TRA001: "):
        trainer.train()
    assert trainer.state.global_step == 0
    assert "TRA001" in codes(monitor.report)
    assert_equal(before, dict(trainer.model.state_dict()))


def test_without_errors_nothing_is_stopped_and_nothing_told_before_the_end(made, capsys):
    monitor, listener = Monitor(stop_on="error"), Listener(capsys)
    made(monitor, listener, max_steps=60, logging_steps=10, eval_steps=60).train()
    assert len(listener.told) == 60
    assert not any("training" in text for text in listener.told)
    assert monitor.report.exit_status == 0


def test_only_error_can_be_stopped_on():
    with pytest.raises(RunError, match="did you mean 'error'"):
        Monitor(stop_on="errors")


def test_the_report_at_the_end_knows_the_log_and_the_weights(made, capsys):
    monitor = Monitor()
    assert monitor.report is None
    made(monitor).train()
    done = {one.code for one in monitor.report.done}
    assert {"TRA007", "MOD009"} <= done
    assert "MOD009" not in codes(monitor.report)
    assert monitor.report.findings
    assert capsys.readouterr().err.count("TRA001") == 2


def test_weights_that_never_moved_are_found_at_the_end(made):
    monitor = Monitor()
    trainer = made(monitor, learning_rate=0.0)
    trainer.train()
    assert "TRA009" in codes(monitor.report)
    assert "MOD009" not in codes(monitor.report)


def test_a_gradient_that_is_not_finite_is_told_at_once_and_only_once(made, capsys):
    class Overflow(TrainerCallback):
        """Weights become infinite, as numbers in fp16 do."""

        def on_step_begin(self, args, state, control, model, **__):
            if state.global_step == 2:
                model.get_input_embeddings().weight.data.fill_(float("inf"))

    listener = Listener(capsys)
    made(Monitor(), listener, Overflow()).train()
    told = "".join([*listener.told, capsys.readouterr().err])
    assert "workup: the gradient is nan at step 3" in listener.told[3]
    assert told.count("workup: the ") == 1


def test_a_streaming_data_set_without_a_tokenizer_and_without_evaluation_is_monitored(made):
    monitor = Monitor()
    made(monitor, streaming=True, tokenized=False).train()
    wanted = {skipped.part for skipped in monitor.report.skipped}
    assert {"train_rows", "tokenizer"} <= wanted
    assert not monitor.report.broken


@check("TRA901", "training")
def broken(versions):
    """A check with a fault of its own."""
    raise ZeroDivisionError("ours")


def test_a_check_that_breaks_does_not_break_the_training(made, monkeypatch):
    monkeypatch.setattr(api, "CATALOGUE", (broken,))
    monitor = Monitor(stop_on="error")
    trainer = made(monitor)
    trainer.train()
    assert trainer.state.global_step == STEPS
    assert [one.check.code for one in monitor.report.broken] == ["TRA901"]


def test_an_examination_that_breaks_does_not_break_the_training(made, monkeypatch, capsys):
    def fails(*_, **__):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(api, "run", fails)
    monitor = Monitor(stop_on="error")
    trainer = made(monitor)
    trainer.train()
    assert trainer.state.global_step == STEPS
    assert monitor.report is None
    assert "failed itself" in capsys.readouterr().err


def test_only_the_first_process_examines(made, monkeypatch):
    monitor = Monitor(stop_on="error")
    trainer = made(monitor)
    monkeypatch.setattr(trainer, "is_world_process_zero", lambda: False)
    trainer.train()
    assert monitor.report is None


def test_small_weights_are_kept_whole_and_of_large_ones_the_first_rows():
    layer = torch.nn.Linear(1024, 300)
    layer.bias.requires_grad_(False)
    frozen = torch.nn.Parameter(torch.tensor(2.0))
    layer.register_parameter("scale", frozen)
    kept = beginnings(layer)
    assert set(kept) == {"weight", "scale"}
    assert kept["weight"].shape == (16, 1024)
    assert torch.equal(kept["weight"], layer.weight[:16])
    assert kept["weight"].data_ptr() != layer.weight.data_ptr()
    assert kept["scale"] == 2.0


def test_outside_a_trainer_there_is_none_on_the_stack():
    assert calling_trainer() is None


def test_it_is_a_public_name():
    assert workup.Monitor is Monitor
