import pytest
from transformers import AutoTokenizer

from workup.data.rows import Example
from workup.evaluation.ceiling import ceiling, ceiling_of
from workup.pipeline.prompt import Template


@pytest.fixture
def tokenizer(tiny_t5):
    """Its pieces are bytes: it writes every text."""
    return AutoTokenizer.from_pretrained(tiny_t5)


@pytest.fixture
def without_bars(tokenizer):
    """The same, deaf to bars."""
    from tokenizers import normalizers

    tokenizer.backend_tokenizer.normalizer = normalizers.Replace("|", "")
    return tokenizer


def test_a_tokenizer_that_writes_everything_misses_nothing(tokenizer):
    found = ceiling(tokenizer, ["a | b", "c | d"], [("a",), ("c",)], Template("{first} | {second}"))
    assert found.missed == ()
    assert found.lost == ()


def test_without_its_separator_no_answer_is_parted_from_the_next(without_bars):
    found = ceiling(without_bars, ["a | b", "c | d"], [("a",), ("c",)], Template("{first} | {second}"))
    assert found.missed == (0, 1)
    assert found.lost == ("|",)


def test_what_the_evaluation_levels_is_not_missed(without_bars):
    found = ceiling(without_bars, ["Pen|", "pen | ink"], [("pen",), ("pen",)], Template("{first}"))
    assert found.missed == (1,)


def test_another_accepted_answer_is_as_good(without_bars):
    assert ceiling(without_bars, ["a|b"], [("a-b", "ab")], Template("{first}")).missed == ()


def test_a_template_that_does_not_part_its_own_fields_is_found_with_any_tokenizer(tokenizer):
    example = Example("1", "which?", "pen, red, ink", "which?", ("pen, red",), "1", {})
    found = ceiling_of(tokenizer, [example], Template("{first}, {second}"))
    assert found.missed == (0,)
    assert found.lost == ()


def test_of_no_targets_none_is_missed(tokenizer):
    assert ceiling(tokenizer, [], [], Template("{first}")).missed == ()
