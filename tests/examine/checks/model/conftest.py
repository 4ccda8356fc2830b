"""Real parts for the checks of models: tiny models, their tokenizer, rows of the colour task."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run
from workup.examine.subject import Subject


@pytest.fixture
def t5(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.fixture
def bart(tiny_bart):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_bart)


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


@pytest.fixture
def rows(tokenizer):
    encoded = tokenizer(["a snow field", "a ripe lemon"], text_target=["white", "yellow"])
    return [{name: encoded[name][n] for name in ("input_ids", "attention_mask", "labels")} for n in range(2)]


@pytest.fixture
def train():
    """Some real steps of AdamW on the rows."""

    def steps(model, rows, count=2, rate=1e-3):
        wanted = [weight for weight in model.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(wanted, lr=rate)
        for _ in range(count):
            for row in rows:
                ids, labels = torch.tensor([row["input_ids"]]), torch.tensor([row["labels"]])
                model(input_ids=ids, labels=labels).loss.backward()
                optimizer.step()
                optimizer.zero_grad()
        return model

    return steps


@pytest.fixture
def examine():
    """The findings of one check on the given parts; a check that breaks fails the test."""

    def findings(check, **parts):
        report = run(Subject(**parts), [check], MEASUREMENTS)
        assert not report.broken, report.broken
        return report.findings

    return findings
