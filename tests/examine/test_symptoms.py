import pytest

from workup.examine.symptoms import (
    Frame,
    Said,
    begins_with_sentinel,
    best_shift,
    constant_share,
    echo_share,
    ends_inside_word,
    half_word,
    is_cut,
    is_empty,
    is_pad_loop,
    left_marks,
    lost_beginning,
    pieces,
    repetition_share,
    said,
)

T5 = Frame(starts=frozenset({0}), pads=frozenset({0}), ends=frozenset({1}))
BART = Frame(starts=frozenset({2}), pads=frozenset({1}), ends=frozenset({2}))


@pytest.mark.parametrize(
    ("ids", "frame", "expected"),
    [
        ((0, 7, 8, 1, 0, 0), T5, Said((7, 8), True)),
        ((0, 7, 8), T5, Said((7, 8), False)),
        ((7, 8, 1), T5, Said((7, 8), True)),
        ((0, 1), T5, Said((), True)),
        ((0, 7, 0, 0, -100), T5, Said((7,), False)),
        ((2, 0, 5, 2, 1, 1), BART, Said((0, 5), True)),
        ((), T5, Said((), False)),
    ],
)
def test_an_answer_stands_between_its_start_and_its_first_end(ids, frame, expected):
    assert said(ids, frame) == expected


def test_the_end_counts_in_the_length():
    assert (said((0, 7, 1), T5).length, said((0, 7), T5).length) == (2, 1)


def test_blanks_are_empty():
    assert is_empty(" \n")
    assert not is_empty("0")


def test_only_pads_without_an_end_are_a_pad_loop():
    assert is_pad_loop((0, 0, 0, 0), T5)
    assert not is_pad_loop((0, 1, 0, 0), T5)
    assert not is_pad_loop((0, 7, 0, 0), T5)
    assert not is_pad_loop((1, 1, 1), Frame(pads=frozenset({1}), ends=frozenset({1})))


def test_a_sentinel_counts_in_first_place_only():
    assert begins_with_sentinel("<pad> <extra_id_0> the sky")
    assert not begins_with_sentinel("the <extra_id_0> sky")


def test_words_are_pieces_and_so_is_each_letter_of_a_script_without_spaces():
    assert pieces("The sky, blue.") == ["the", "sky", ",", "blue", "."]
    assert pieces("空は青い") == ["空", "は", "青", "い"]


def test_an_echo_is_copied_in_long_runs():
    source = "name the colour: a ripe lemon from the market"
    assert echo_share("a ripe lemon from the market", source) == 1.0
    assert echo_share("lemon market ripe a", source) == 0.0
    assert echo_share("", source) == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("red red red red", 1.0), ("a b a b a b", 1.0), ("a b a b", 0.0), ("x a a a y z", 0.5), ("", 0.0)],
)
def test_a_loop_is_a_passage_three_times_in_succession(text, expected):
    assert repetition_share(text.split()) == expected


def test_the_commonest_text_and_its_share():
    assert constant_share(["red", "red ", "blue", "red"]) == (0.75, "red")
    assert constant_share([]) == (0.0, "")


def test_a_cut_text_is_a_beginning_of_the_expected():
    assert is_cut("yellow and", "yellow and green")
    assert not is_cut("yellow", "yellow")
    assert not is_cut("", "yellow")
    assert ends_inside_word("yel", "yellow")
    assert not ends_inside_word("yellow", "yellow and green")


def test_a_lost_beginning_is_what_stands_before():
    assert lost_beginning("low and green", "yellow and green") == "yel"
    assert lost_beginning("green", "green") == ""
    assert lost_beginning("", "green") == ""


def test_marks_of_the_vocabulary_are_seen():
    assert left_marks("▁red</s>", ["</s>", "<pad>"]) == ("</s>", "▁")
    assert left_marks("red", ["</s>"]) == ()


def test_half_a_word_is_a_part_that_nobody_knows():
    assert half_word("yel", "yellow", {"red"}) == "yel"
    assert half_word("low", "yellow", {"red"}) == "low"
    assert half_word("low", "yellow", {"low"}) == ""
    assert half_word("1", "12", set()) == ""
    assert half_word("red", "yellow", set()) == ""


def test_the_shift_at_which_answers_meet_other_rows_is_found():
    expected = ["a", "b", "c", "d", "e"]
    assert best_shift(["b", "c", "d", "e", "a"], expected, 2)[0] == 1
    assert best_shift(expected, expected, 2)[0] == 0
