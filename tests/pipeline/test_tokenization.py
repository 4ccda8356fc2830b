import pytest

from colour_task import COLOURS
from workup.data.rows import Example
from workup.pipeline.model import load
from workup.pipeline.tokenization import IGNORED, encode, encode_sources, encode_targets
from workup.recipe import Tokens


@pytest.fixture(scope="module")
def tokenizer(tiny_t5):
    return load(str(tiny_t5)).tokenizer


def tokens(**changes) -> Tokens:
    return Tokens(source_length=32, target_length=8).model_copy(update=changes)


def test_every_target_ends_in_exactly_one_end_token(tokenizer):
    labels, cut = encode_targets(tokenizer, list(COLOURS.values()), tokens())
    assert all(ids[-1] == tokenizer.eos_token_id and ids.count(tokenizer.eos_token_id) == 1 for ids in labels)
    assert not any(cut)


def test_without_end_tokens_none_is_written(tokenizer):
    labels, _ = encode_targets(tokenizer, ["yellow"], tokens(append_eos=False))
    assert tokenizer.eos_token_id not in labels[0]


def test_a_cut_target_is_counted_and_still_ends(tokenizer):
    labels, cut = encode_targets(tokenizer, ["yellow " * 30, "red"], tokens())
    assert cut == [True, False]
    assert len(labels[0]) == 8
    assert labels[0][-1] == tokenizer.eos_token_id


def test_a_target_that_just_fits_is_not_called_cut(tokenizer):
    exact = len(encode_targets(tokenizer, ["yellow yellow"], tokens())[0][0])
    labels, cut = encode_targets(tokenizer, ["yellow yellow"], tokens(target_length=exact))
    assert (len(labels[0]), cut) == (exact, [False])


def test_a_cut_source_is_counted_and_keeps_its_end_token(tokenizer):
    rows, cut = encode_sources(tokenizer, ["word " * 100, "word"], tokens())
    assert cut == [True, False]
    assert len(rows[0]["input_ids"]) == 32
    assert rows[0]["input_ids"][-1] == tokenizer.eos_token_id


def test_examples_that_were_cut_are_named(tokenizer):
    long = Example("long", "word " * 100, "yellow " * 30, "", ("yellow",), "g")
    short = Example("short", "word", "red", "", ("red",), "g")
    encoded = encode(tokenizer, [long, short], tokens())
    assert (encoded.cut_sources, encoded.cut_targets) == (("long",), ("long",))


def test_rows_hold_ids_only_and_no_text(tokenizer):
    row = encode(tokenizer, [Example("a", "x", "y", "", ("y",), "g")], tokens()).rows[0]
    assert set(row) == {"input_ids", "attention_mask", "labels"}
    assert all(isinstance(i, int) for ids in row.values() for i in ids)


def test_full_padding_masks_the_pads_of_the_labels(tokenizer):
    labels, _ = encode_targets(tokenizer, ["red"], tokens(padding="max_length"))
    assert len(labels[0]) == 8
    assert labels[0][-1] == IGNORED
    assert tokenizer.pad_token_id not in labels[0]


def test_pads_are_counted_in_the_labels_only_where_a_recipe_says_so(tokenizer):
    labels, _ = encode_targets(tokenizer, ["red"], tokens(padding="max_length", mask_label_pads=False))
    assert labels[0][-1] == tokenizer.pad_token_id


def test_full_padding_of_sources_is_masked(tokenizer):
    rows, _ = encode_sources(tokenizer, ["red"], tokens(padding="max_length"))
    assert len(rows[0]["input_ids"]) == 32
    assert sum(rows[0]["attention_mask"]) < 32
