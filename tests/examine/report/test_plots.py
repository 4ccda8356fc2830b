import math

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq

from workup.examine.measurements import MEASUREMENTS
from workup.examine.parts import Parts
from workup.examine.report.plots import plots_of
from workup.examine.subject import Subject

LOG = [
    *({"step": n, "loss": 4.0 / n, "learning_rate": 1e-3 / n, "grad_norm": 1.0 * n} for n in range(1, 6)),
    {"step": 3, "eval_loss": 2.0},
    {"step": 5, "eval_loss": 1.0},
]


def plots(**parts):
    return {plot.title: plot for plot in plots_of(Parts(Subject(**parts), MEASUREMENTS))}


@pytest.fixture
def parts(tiny_t5):
    model, tokenizer = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), AutoTokenizer.from_pretrained(tiny_t5)
    texts = ["a lemon", "a cherry from the market", "the sky"]
    rows = [
        {"input_ids": tokenizer(text)["input_ids"], "labels": tokenizer(text_target=text)["input_ids"]}
        for text in texts
    ]
    collator = DataCollatorForSeq2Seq(tokenizer, model=model)
    return {"model": model, "tokenizer": tokenizer, "collator": collator, "train_rows": rows}


def test_a_log_gives_losses_learning_rate_and_gradient():
    drawn = plots(log=LOG)
    assert list(drawn) == ["Loss over the training", "Learning rate", "Gradient norm"]
    training, evaluation = drawn["Loss over the training"].series
    assert (training.name, training.points[0]) == ("training", (1, 4.0))
    assert (evaluation.name, evaluation.points) == ("evaluation", ((3, 2.0), (5, 1.0)))


def test_values_that_are_no_numbers_are_left_out_and_long_logs_thinned():
    log = [{"step": n, "loss": math.nan if n % 2 else 1.0} for n in range(2000)]
    (line,) = plots(log=log)["Loss over the training"].series
    assert 100 < len(line.points) <= 300
    assert {y for _, y in line.points} == {1.0}


def test_one_batch_gives_the_loss_by_kind_and_the_end_by_position(parts):
    drawn = plots(**parts)
    (bars,) = drawn["Loss by kind of label"].series
    assert [name for name, _ in bars.points] == ["text", "end token", "reported"]
    model, labels = drawn["Probability of the end token"].series
    longest = max(len(row["labels"]) for row in parts["train_rows"])
    assert [x for x, _ in model.points] == list(range(1, longest + 1))
    assert labels.points[-1] == (longest, 1.0)
    assert all(0 < y < 1 for _, y in model.points)


def test_the_end_by_position_is_what_the_model_says_after_the_true_beginning(parts):
    row = parts["train_rows"][0]
    with torch.no_grad():
        logits = (
            parts["model"]
            .eval()(input_ids=torch.tensor([row["input_ids"]]), labels=torch.tensor([row["labels"]]))
            .logits
        )
    expected = logits[0].softmax(-1)[:, parts["tokenizer"].eos_token_id].tolist()
    model, _ = plots(**parts | {"train_rows": [row]})["Probability of the end token"].series
    assert [y for _, y in model.points] == pytest.approx(expected)


def test_nothing_of_the_model_is_changed(parts):
    parts["model"].train()
    before = torch.get_rng_state()
    plots(**parts)
    assert parts["model"].training
    assert torch.equal(torch.get_rng_state(), before)


def test_parts_that_fail_give_no_plot_and_no_error(parts):
    assert plots(**parts | {"collator": lambda rows: 1 / 0}) == {}
    assert plots() == {}
