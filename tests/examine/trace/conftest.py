"""A run that learned its task, loaded anew for every test, and the way to follow an example through it."""

from __future__ import annotations

import pytest

from workup.examine.trace import trace_example
from workup.pipeline.batching import collator
from workup.run import Run

TEXT = "a lemon from the market"
SOURCE = f"name the colour: {TEXT}"


@pytest.fixture
def predictor(learned_run):
    return Run.load(learned_run.folder).predictor


@pytest.fixture
def target(predictor):
    """The ids of the row's target, its end included; how many they are depends on the tokenizers version."""
    return predictor.tokenizer(text_target="yellow")["input_ids"]


@pytest.fixture
def collate(predictor):
    """The collator that training uses."""
    return collator(predictor.tokenizer, predictor.model)


@pytest.fixture
def follow(predictor):
    """`follow(target="green")`: the trace of one row of the data, with these things changed."""

    def followed(**changed):
        given = {
            "model": predictor.model,
            "tokenizer": predictor.tokenizer,
            "collator": None,
            "source": SOURCE,
            "target": "yellow",
            "generation": predictor.recipe.generation,
            "text": TEXT,
            "prefix": predictor.recipe.prompt.prefix,
            "tokens": predictor.recipe.tokens,
        }
        return trace_example(**{**given, **changed})

    return followed
