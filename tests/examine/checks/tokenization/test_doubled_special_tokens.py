import pytest
from tokenizers import processors
from transformers import AutoTokenizer

from workup.examine.checks.tokenization.doubled_special_tokens import doubled_special_tokens

TARGETS = ["white", "red", "a ripe green"]


@pytest.fixture
def t5(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


@pytest.fixture
def bart(tiny_bart):
    """A tokenizer that puts a begin and an end token around a text, and doubles the end between two."""
    tokenizer = AutoTokenizer.from_pretrained(tiny_bart)
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 2), ("</s>", 1)]
    )
    return tokenizer


def rows(ids, labels):
    return [{"input_ids": a, "labels": b} for a, b in zip(ids, labels, strict=True)]


def test_an_end_token_written_into_the_text_stands_twice(examine, t5):
    labels = t5(text_target=[f"{target} </s>" for target in TARGETS])["input_ids"]
    (finding,) = examine(
        doubled_special_tokens, tokenizer=t5, train_rows=rows(t5(TARGETS)["input_ids"], labels)
    )
    assert finding.summary == "3 of 3 rows of labels have a special token twice at an end"


def test_a_begin_token_of_a_template_stands_twice(examine, bart):
    ids = bart([f"<s>{target}" for target in TARGETS])["input_ids"]
    (finding,) = examine(
        doubled_special_tokens, tokenizer=bart, train_rows=rows(ids, bart(TARGETS)["input_ids"])
    )
    assert "input_ids" in finding.summary


def test_rows_as_the_tokenizers_make_them_are_sound(examine, t5, bart):
    for tokenizer in (t5, bart):
        for how in ({}, {"padding": "max_length", "max_length": 20}):
            ids = tokenizer(TARGETS, **how)["input_ids"]
            assert not examine(doubled_special_tokens, tokenizer=tokenizer, train_rows=rows(ids, ids))


def test_two_texts_in_a_row_have_two_ends_between_them(examine, bart):
    ids = bart(TARGETS, TARGETS)["input_ids"]
    assert not examine(doubled_special_tokens, tokenizer=bart, train_rows=rows(ids, ids))


def test_pads_that_are_end_tokens_are_not_counted(examine, t5):
    t5.pad_token = t5.eos_token
    ids = t5(TARGETS, padding="max_length", max_length=20)["input_ids"]
    assert not examine(doubled_special_tokens, tokenizer=t5, train_rows=rows(ids, ids))
