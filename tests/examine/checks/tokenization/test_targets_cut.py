import pytest
from transformers import AutoTokenizer

from workup.examine.checks.tokenization.targets_cut import targets_cut
from workup.examine.finding import Severity

TARGETS = ["white as snow on the fields of the north", "red", "green as the grass behind the house", "blue"]


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def found(examine, pairs, tokenizer, targets, **how):
    labels = tokenizer(text_target=targets, **how)["input_ids"]
    rows = [{"input_ids": [5, 6, 1], "labels": label} for label in labels]
    return examine(
        targets_cut, tokenizer=tokenizer, train_rows=rows, train_pairs=pairs(["a b"] * len(targets), targets)
    )


def test_answers_cut_with_a_clean_end_are_found(examine, pairs, tokenizer):
    (finding,) = found(examine, pairs, tokenizer, TARGETS, truncation=True, max_length=8)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["targets cut"] == 2
    needed = max(map(len, tokenizer(TARGETS)["input_ids"]))
    assert finding.remedy.change == {"tokens.target_length": needed}
    assert finding.evidence["example"].startswith(finding.evidence["is stored as"])


def test_one_answer_cut_of_many_is_noted(examine, pairs, tokenizer):
    (finding,) = found(examine, pairs, tokenizer, [*["red"] * 120, TARGETS[0]], truncation=True, max_length=8)
    assert finding.severity is Severity.NOTE


def test_whole_answers_are_sound_with_pads_and_without_end(examine, pairs, tokenizer):
    assert not found(examine, pairs, tokenizer, TARGETS)
    assert not found(examine, pairs, tokenizer, TARGETS, padding="max_length", max_length=60)
    assert not found(examine, pairs, tokenizer, TARGETS, add_special_tokens=False)


def test_other_labels_than_the_text_are_not_called_cut(examine, pairs, tokenizer):
    rows = [{"input_ids": [5, 1], "labels": tokenizer("black")["input_ids"]} for _ in TARGETS]
    assert not examine(
        targets_cut, tokenizer=tokenizer, train_rows=rows, train_pairs=pairs(["a b"] * 4, TARGETS)
    )
