import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from workup.examine.checks.batching.prompt_in_labels import prompt_in_labels
from workup.examine.finding import Severity
from workup.examine.subject import Pair


@pytest.fixture
def like_bart():
    """A tokenizer whose id 0 is the start of a text and not the pad, as BART's."""
    words = ["<s>", "<pad>", "</s>", "<unk>", "a", "sky", "snow", "field", "blue", "white"]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def behind_source(rows):
    return [{**row, "labels": row["input_ids"][:-1] + row["labels"]} for row in rows]


def test_labels_that_begin_with_the_source_are_found(examine, rows, colour_pairs, tokenizer):
    parts = {"train_rows": behind_source(rows), "tokenizer": tokenizer}
    (finding,) = examine(prompt_in_labels, **parts, train_pairs=colour_pairs)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["rows with the source"] == 2
    assert 0.4 < finding.evidence["share of the labels"] < 1
    assert examine(prompt_in_labels, **parts)


def test_answers_alone_are_sound(examine, rows, tokenizer):
    assert not examine(prompt_in_labels, train_rows=rows, tokenizer=tokenizer)


def test_a_source_that_is_masked_in_the_labels_is_sound(examine, rows, tokenizer):
    masked = [{**row, "labels": [-100] * len(row["input_ids"]) + row["labels"]} for row in rows]
    assert not examine(prompt_in_labels, train_rows=masked, tokenizer=tokenizer)


def test_a_task_of_copying_is_sound(examine, rows, tokenizer):
    copies = [{**row, "labels": row["input_ids"]} for row in rows]
    assert not examine(prompt_in_labels, train_rows=copies, tokenizer=tokenizer)


@pytest.mark.parametrize("kept", ["", "colour: ", "say the colour: "])
def test_texts_that_go_on_from_their_source_are_a_warning_whatever_they_keep_of_the_prompt(
    examine, rows, tokenizer, kept
):
    things = ["the wide sky", "the deep sea", "fresh snow"]
    texts = [Pair(f"say the colour: {thing}", f"{kept}{thing} blue") for thing in things]
    (finding,) = examine(
        prompt_in_labels, train_rows=behind_source(rows), tokenizer=tokenizer, train_pairs=texts
    )
    assert finding.severity is Severity.WARNING
    assert finding.summary.startswith("the targets of 3 of 3 rows begin with the source")


def test_targets_that_only_close_their_source_are_sound(examine, rows, tokenizer):
    texts = [Pair(f"punctuate: {thing}", f"{thing}?") for thing in ("is it the sky", "is it the sea")]
    assert not examine(prompt_in_labels, train_rows=rows, tokenizer=tokenizer, train_pairs=texts)


def test_targets_that_hold_a_part_of_their_source_are_sound(examine, rows, tokenizer):
    texts = [Pair(f"correct: he go {place}", f"he goes {place} now") for place in ("to the sea", "home")]
    assert not examine(prompt_in_labels, train_rows=rows, tokenizer=tokenizer, train_pairs=texts)


def test_zeros_in_the_place_of_ignored_positions_are_found(examine, like_bart):
    rows = [
        {"input_ids": [4, 6, 7, 2], "labels": [0, 0, 0, 0, 9, 2]},
        {"input_ids": [4, 5, 2], "labels": [0, 0, 0, 8, 2]},
    ]
    (finding,) = examine(prompt_in_labels, train_rows=rows, tokenizer=like_bart)
    assert finding.evidence["rows with zeros"] == 2
    behind = [{"input_ids": [4, 5, 2], "labels": [8, 2, 0, 0, 0, 0]}] * 2
    assert examine(prompt_in_labels, train_rows=behind, tokenizer=like_bart)


def test_one_start_token_is_no_run_of_zeros(examine, like_bart):
    rows = [{"input_ids": [0, 4, 5, 2], "labels": [0, 8, 2]}] * 2
    assert not examine(prompt_in_labels, train_rows=rows, tokenizer=like_bart)


def test_zeros_that_are_the_pad_are_another_fault(examine, rows, tokenizer):
    padded = [{**row, "labels": row["labels"] + [0] * 9} for row in rows]
    assert not examine(prompt_in_labels, train_rows=padded, tokenizer=tokenizer)
