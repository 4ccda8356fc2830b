import pytest
import torch
from transformers import DataCollatorForSeq2Seq, TrainingArguments

from workup.examine.checks.model.pretraining_only_base import pretraining_only_base as check
from workup.examine.finding import Severity

SENTINEL = "<extra_id_0>"
SOURCES = ["a snow field", "a ripe lemon"]


@pytest.fixture
def tokenizer(tokenizer):
    tokenizer.add_special_tokens({"additional_special_tokens": [SENTINEL]})
    return tokenizer


@pytest.fixture
def taught(t5, tokenizer):
    """`taught(["white", ...])`: a T5 that gives these answers, and the parts to ask it."""

    def model(answers):
        t5.resize_token_embeddings(len(tokenizer))
        batch = tokenizer(SOURCES, text_target=answers, padding=True, return_tensors="pt")
        labels = batch["labels"].masked_fill(batch["labels"] == tokenizer.pad_token_id, -100)
        optimizer = torch.optim.AdamW(t5.parameters(), lr=1e-2)
        for _ in range(60):
            t5(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=labels
            ).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        return {"model": t5, "tokenizer": tokenizer, "collator": DataCollatorForSeq2Seq(tokenizer, model=t5)}

    return model


@pytest.fixture
def rows(tokenizer):
    return [
        dict(tokenizer(source, text_target=target))
        for source, target in zip(SOURCES, ["white", "yellow"], strict=True)
    ]


def arguments(folder, steps):
    return TrainingArguments(str(folder), max_steps=steps, report_to="none", use_cpu=True)


def test_a_base_that_fills_spans_is_known_by_its_answers(examine, taught, rows, tmp_path):
    parts = taught([f"{SENTINEL} white", f"{SENTINEL} yellow"])
    (finding,) = examine(check, train_rows=rows, arguments=arguments(tmp_path, 60), **parts)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["begin with a sentinel"] == 2
    assert finding.evidence["optimizer steps"] == 60


def test_a_long_training_makes_up_for_it(examine, taught, rows, tmp_path):
    parts = taught([f"{SENTINEL} white", f"{SENTINEL} yellow"])
    assert not examine(check, train_rows=rows, arguments=arguments(tmp_path, 5000), **parts)


def test_filling_spans_may_be_the_task(examine, taught, tokenizer):
    answers = [f"{SENTINEL} white", f"{SENTINEL} yellow"]
    rows = [
        dict(tokenizer(source, text_target=target)) for source, target in zip(SOURCES, answers, strict=True)
    ]
    assert not examine(check, train_rows=rows, **taught(answers))


def test_a_base_of_that_name_that_has_learned_its_task_is_sound(examine, taught, rows, tmp_path):
    parts = taught(["white", "yellow"])
    parts["model"].config._name_or_path = "google/t5-v1_1-small"
    assert not examine(check, train_rows=rows, arguments=arguments(tmp_path, 60), **parts)


@pytest.mark.parametrize("name", ["google/mt5-small", "google/t5-v1_1-base", "bases/t5-base-lm-adapt"])
def test_where_nothing_can_be_generated_the_name_tells(examine, t5, name, tmp_path):
    t5.config._name_or_path = name
    (finding,) = examine(check, model=t5, arguments=arguments(tmp_path, 200))
    assert finding.evidence == {"optimizer steps": 200, "base": name}


@pytest.mark.parametrize("name", ["google/flan-t5-small", "t5-small", "mine/mt5-small-summaries", ""])
def test_other_names_tell_nothing(examine, t5, name):
    t5.config._name_or_path = name
    assert not examine(check, model=t5)
