import pytest
from transformers import AutoTokenizer, DataCollatorForSeq2Seq

from workup.examine.checks.tokenization.no_end_token import no_end_token
from workup.examine.finding import Severity

TARGETS = ["white", "red", "a ripe green", "blue"]


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def rows(labels):
    return [{"input_ids": [5, 6, 1], "labels": list(label)} for label in labels]


def test_targets_without_special_tokens_lack_the_end(examine, tokenizer):
    labels = tokenizer(text_target=TARGETS, add_special_tokens=False)["input_ids"]
    (finding,) = examine(no_end_token, tokenizer=tokenizer, train_rows=rows(labels))
    assert finding.severity is Severity.ERROR
    assert finding.summary == "the labels of 4 of 4 rows (100%) do not end in the end token"
    assert finding.remedy.change == {"tokens.append_eos": True}


def test_answers_cut_by_hand_lack_the_end_in_some_rows(examine, tokenizer):
    labels = [label[:4] for label in tokenizer(text_target=["a", "b", "a long answer of words"])["input_ids"]]
    (finding,) = examine(no_end_token, tokenizer=tokenizer, train_rows=rows(labels))
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("pad", [0, -100])
def test_an_end_before_pads_is_an_end(examine, tokenizer, pad):
    labels = [label + [pad] * 5 for label in tokenizer(text_target=TARGETS)["input_ids"]]
    assert not examine(no_end_token, tokenizer=tokenizer, train_rows=rows(labels))


def test_a_pad_that_is_the_end_token_hides_no_end(examine, tokenizer):
    tokenizer.pad_token = tokenizer.eos_token
    labels = tokenizer(text_target=TARGETS)["input_ids"]
    assert not examine(no_end_token, tokenizer=tokenizer, train_rows=rows(labels))


def test_a_language_code_may_follow_the_end(examine, tokenizer):
    labels = [[*label, 2] for label in tokenizer(text_target=TARGETS)["input_ids"]]
    assert not examine(no_end_token, tokenizer=tokenizer, train_rows=rows(labels))


def test_a_collator_that_adds_the_end_is_sound(examine, tokenizer):
    bare = rows(tokenizer(text_target=TARGETS, add_special_tokens=False)["input_ids"])
    pad = DataCollatorForSeq2Seq(tokenizer)

    def collator(some):
        return pad([{**row, "labels": [*row["labels"], tokenizer.eos_token_id]} for row in some])

    parts = {"tokenizer": tokenizer, "train_rows": bare}
    assert not examine(no_end_token, collator=collator, **parts)
    assert examine(no_end_token, collator=pad, **parts)


def test_a_tokenizer_without_an_end_token_teaches_no_end(examine, tokenizer):
    tokenizer.eos_token = None
    labels = [[7, 8], [9, 10], [11]]
    (finding,) = examine(no_end_token, tokenizer=tokenizer, train_rows=rows(labels))
    assert finding.severity is Severity.ERROR
    assert "the tokenizer has no end token" in finding.summary
    assert not examine(no_end_token, tokenizer=tokenizer, train_rows=rows([[*label, 1] for label in labels]))
