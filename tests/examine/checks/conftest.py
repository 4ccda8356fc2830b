"""Real parts for the checks, and the way to make one of them."""

import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from examination import findings_of
from workup.examine.subject import Pair, Subject


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
def pairs():
    """`pairs(sources, targets)`: rows as text."""

    def made(sources, targets):
        return [Pair(source, target) for source, target in zip(sources, targets, strict=True)]

    return made


@pytest.fixture
def examine():
    """`examine(check, train_pairs=...)`: its findings on these parts."""

    def findings(check, **parts):
        return findings_of(check, Subject(**parts))

    return findings
