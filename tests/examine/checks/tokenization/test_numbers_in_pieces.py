import pytest
from transformers import AutoTokenizer

from workup.examine.checks.tokenization.numbers_in_pieces import numbers_in_pieces
from workup.examine.finding import Severity

NUMBERS = [str(number) for number in range(100, 160)]


@pytest.fixture
def rows(pairs):
    return pairs([f"one more than {int(number) - 1}" for number in NUMBERS], NUMBERS)


def test_numbers_cut_in_changing_ways_are_noted(examine, rows, words):
    tokenizer = words("12", "1", "14", "150")
    (finding,) = examine(numbers_in_pieces, tokenizer=tokenizer, train_pairs=rows)
    assert finding.severity is Severity.NOTE
    assert finding.evidence["numbers"] == 60


def test_numbers_cut_digit_by_digit_are_sound(examine, rows, words):
    assert not examine(numbers_in_pieces, tokenizer=words(), train_pairs=rows)


def test_numbers_that_are_one_piece_each_are_sound(examine, rows, words):
    assert not examine(numbers_in_pieces, tokenizer=words(*NUMBERS), train_pairs=rows)


def test_a_few_round_numbers_of_their_own_are_sound(examine, rows, words):
    assert not examine(numbers_in_pieces, tokenizer=words("100", "150"), train_pairs=rows)


def test_targets_without_numbers_are_not_judged(examine, pairs, words):
    rows = pairs(NUMBERS, ["odd", "even"] * 30)
    assert not examine(numbers_in_pieces, tokenizer=words("12", "1", "14"), train_pairs=rows)


def test_a_tokenizer_of_bytes_is_judged_too(examine, rows, tiny_t5):
    assert not examine(numbers_in_pieces, tokenizer=AutoTokenizer.from_pretrained(tiny_t5), train_pairs=rows)
