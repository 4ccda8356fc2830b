"""Real parts for the checks of batches: tokenizers, models, rows of the colour task."""

from __future__ import annotations

import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run
from workup.examine.subject import Pair, Subject

PAIRS = [
    Pair("a snow field", "white"),
    Pair("a ripe lemon in the sun", "yellow"),
    Pair("a sky", "blue and a little grey"),
]


@pytest.fixture
def pairs():
    return PAIRS


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
    """The pairs as the collator gets them, of unequal length."""
    encoded = tokenizer([p.source for p in PAIRS], text_target=[p.target for p in PAIRS])
    return [
        {
            "input_ids": encoded["input_ids"][n],
            "attention_mask": encoded["attention_mask"][n],
            "labels": encoded["labels"][n],
        }
        for n in range(len(PAIRS))
    ]


@pytest.fixture
def examine():
    """The findings of one check on the given parts; a check that breaks fails the test."""

    def findings(check, **parts):
        report = run(Subject(**parts), [check], MEASUREMENTS)
        assert not report.broken, report.broken
        return report.findings

    return findings
