"""Real parts for the checks of batches: tokenizers, models, rows of the colour task."""

from __future__ import annotations

import pytest

from workup.examine.subject import Pair

PAIRS = [
    Pair("a snow field", "white"),
    Pair("a ripe lemon in the sun", "yellow"),
    Pair("a sky", "blue and a little grey"),
]


@pytest.fixture
def colour_pairs():
    return PAIRS


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
