"""Tiny models that have learned a few answers by heart, in some two seconds each."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq

from examination import findings_of
from workup.examine.subject import Pair, Subject

# Answers that say words again, as lists and sentences do.
SAID_AGAIN = [
    ("a ripe lemon", "yellow and yellow and green"),
    ("a cherry", "red and dark red and red"),
    ("a snow field", "white and white and blue and white"),
    ("a sky in the north", "blue and dark blue and blue"),
]
SAID_ONCE = [("a ripe lemon", "yellow"), ("a cherry", "red"), ("a snow field", "white"), ("a sky", "blue")]


def teach(folder, pairs, steps):
    """A model that says these targets, with its tokenizer, its rows and its collator."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    rows = [dict(tokenizer(source, text_target=target)) for source, target in pairs]
    rows = [{name: row[name] for name in ("input_ids", "attention_mask", "labels")} for row in rows]
    collator = DataCollatorForSeq2Seq(tokenizer, model=model)
    batch = dict(collator([dict(row) for row in rows]))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    model.train()
    for _ in range(steps):
        optimizer.zero_grad()
        model(**batch).loss.backward()
        optimizer.step()
    model.eval()
    return Subject(
        model=model,
        tokenizer=tokenizer,
        collator=collator,
        train_rows=rows,
        train_pairs=[Pair(*pair) for pair in pairs],
    )


@pytest.fixture(scope="session")
def taught() -> Callable:
    """Teaches a model of a folder some pairs, in so many steps."""
    return teach


@pytest.fixture(scope="session")
def says_again(tiny_t5: Path) -> Subject:
    """A T5 that has learned answers in which words come again."""
    return teach(tiny_t5, SAID_AGAIN, 120)


@pytest.fixture(scope="session")
def says_once(tiny_t5: Path) -> Subject:
    """A T5 that has learned answers of one word."""
    return teach(tiny_t5, SAID_ONCE, 60)


@pytest.fixture(scope="session")
def bart_says_again(tiny_bart: Path) -> Subject:
    """A BART that has learned answers in which words come again."""
    return teach(tiny_bart, SAID_AGAIN, 120)


@pytest.fixture
def examined() -> Callable:
    """The findings of one check on a subject, with parts put in place."""
    import dataclasses

    def findings(check, subject, **parts):
        return findings_of(check, dataclasses.replace(subject, **parts))

    return findings
