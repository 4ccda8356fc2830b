"""Real errors, and what is made of them."""

import pytest
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from workup.examine.crashes import CRASHES, explain
from workup.examine.crashes.scene import Scene
from workup.examine.subject import Subject


@pytest.fixture
def explained():
    """`explained(call, **parts)`: the finding on the error that the call raises, or None.

    Every explanation is asked without the guard around it: one that breaks fails the test.
    """

    def finding(call, **parts):
        subject = Subject(**parts)
        try:
            call()
        except Exception as error:
            for crash in CRASHES:
                crash.explain(Scene(error, subject, subject.versions))
            return explain(error, subject)
        return pytest.fail("the call raised nothing")

    return finding


@pytest.fixture
def t5(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.fixture
def bart(tiny_bart):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_bart)


@pytest.fixture
def tokenizer(tiny_t5):
    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    return tokenizer


@pytest.fixture
def rows(tokenizer):
    """Four tokenized rows of unequal length."""
    return [
        {**tokenizer("a red stone " * n), "labels": tokenizer(text_target="red " * n)["input_ids"]}
        for n in range(1, 5)
    ]


@pytest.fixture
def arguments(tmp_path):
    """`arguments(**given)`: those of one step on the CPU."""

    def made(**given):
        plain = {"max_steps": 1, "per_device_train_batch_size": 2, "report_to": "none", "use_cpu": True}
        return Seq2SeqTrainingArguments(str(tmp_path / "out"), **{**plain, "save_strategy": "no", **given})

    return made


@pytest.fixture
def trainer(t5, tokenizer, rows, arguments):
    """`trainer(model=..., rows=..., collator=..., **arguments)`: a Trainer of one step."""

    def made(*, model=None, train=None, evaluation=None, collator=None, metrics=None, **given):
        return Seq2SeqTrainer(
            model or t5,
            arguments(**given),
            train_dataset=rows if train is None else train,
            eval_dataset=evaluation,
            data_collator=collator or DataCollatorForSeq2Seq(tokenizer),
            compute_metrics=metrics,
        )

    return made
