"""Answers made of ids by a real tokenizer, and examined with it."""

from collections.abc import Callable

import pytest

from examination import findings_of
from workup.examine.subject import Generated, Subject


@pytest.fixture
def answer(tokenizer) -> Callable[..., Generated]:
    """An answer as generate() gives it: a start, the ids, an end, pads; its text is decoded from them."""

    def answered(said, expected, source="a ripe lemon from the market", *, ends=True, ids=None, **decoding):
        tokens = tokenizer(said, add_special_tokens=False)["input_ids"] if ids is None else ids
        framed = (tokenizer.pad_token_id, *tokens, *([tokenizer.eos_token_id] if ends else []))
        text = tokenizer.decode(framed, **{"skip_special_tokens": True, **decoding})
        return Generated(source, framed, text.strip(), expected)

    return answered


@pytest.fixture
def examined(tokenizer) -> Callable:
    """The findings of one check on answers."""

    def findings(check, generated, **parts):
        subject = Subject(**{"tokenizer": tokenizer, "generated": generated, **parts})
        return findings_of(check, subject)

    return findings
