"""What tiny models cannot show; the rest is tested on them."""

from __future__ import annotations

import pytest

from workup.examine.trace import contracts

PAD, END, SPECIAL = 0, 1, frozenset({0, 1, 9})


def test_unknown_pieces_of_a_target_are_pointed_at():
    found = contracts.pieces_are_known([5, 2, 6, 2, END], unknown=2)
    assert found.departure == "the vocabulary does not know 2 of the target's 5 pieces"
    assert found.positions == (1, 3)
    assert not contracts.pieces_are_known([5, 6, END], unknown=2).departure
    assert not contracts.pieces_are_known([5, 6, END], unknown=None).departure


@pytest.mark.parametrize(("back", "kept"), [("fever 38", True), ("fever  38 ", True), ("fever ?8", False)])
def test_a_target_may_come_back_with_other_white_space_only(back, kept):
    assert (not contracts.survives("fever 38", back).departure) is kept


@pytest.mark.parametrize(
    ("ids", "kept"),
    [([5, 6, END], True), ([9, 5, END, 9], True), ([5, 6], False), ([5, 6, 9], False), ([], False)],
)
def test_a_language_code_may_stand_behind_the_end(ids, kept):
    assert (not contracts.ends_with_the_end_token("source", ids, {END}, SPECIAL).departure) is kept


def test_another_text_is_not_called_a_cut_one():
    assert contracts.is_not_cut("target", [5, 6], [5, 6, 7], 1).departure
    assert not contracts.is_not_cut("target", [6, 7], [5, 6, 7], 1).departure


def test_a_mask_that_hides_text_and_shows_pads_says_both():
    found = contracts.mask_fits([5, 6, PAD], [1, 0, 1], PAD, END)
    assert found.departure == "the mask hides 1 token and shows 1 pad as text"
    assert found.positions == (1, 2)


def test_pads_on_the_left_are_pads_too():
    assert not contracts.mask_fits([PAD, 5, END], [0, 1, 1], PAD, END).departure
    assert contracts.mask_fits([PAD, 5, END], None, PAD, END).positions == (0,)


def test_where_the_pad_is_the_end_the_first_of_them_is_the_end():
    assert not contracts.pads_are_ignored([5, END, -100], END, END).departure
    assert contracts.pads_are_ignored([5, END, END], END, END).positions == (2,)
    assert not contracts.labels_end([5, END, END], END, END).departure


@pytest.mark.parametrize("labels", [[PAD, 5, 6, END], [6, END, -100], [7, 7, 5, 6, END], [5, 6, 7, END]])
def test_labels_that_begin_elsewhere_or_go_on_are_not_the_target(labels):
    assert "not the target's ids" in contracts.says_the_target(labels, [5, 6, END], SPECIAL).departure


@pytest.mark.parametrize(
    "labels", [[5, 6, END], [5, 6, -100, -100], [5, END], [-100, 5, 6, END], [5, 6, END, PAD]]
)
def test_a_cut_target_or_one_without_its_end_still_says_it(labels):
    assert not contracts.says_the_target(labels, [5, 6, END], SPECIAL).departure


def test_the_end_that_was_masked_with_the_pads_is_missed_at_the_last_label():
    found = contracts.labels_end([5, 6, -100, -100], END, PAD)
    assert found.positions == (1,)
    assert not contracts.labels_end([5, 6, END, PAD], END, PAD).departure


def test_a_decoder_input_that_is_shifted_twice_departs_but_not_behind_the_last_label():
    labels = [5, 6, END, -100]
    own = [PAD, 5, 6, END]
    assert contracts.follows_the_labels([PAD, PAD, 5, 6], own, labels).positions == (1, 2)
    assert not contracts.follows_the_labels([PAD, 5, 6, 7], own, labels).departure
    assert contracts.follows_the_labels([PAD, 5], own, labels).positions == (2,)


def test_places_that_say_nothing_do_not_disagree():
    assert not contracts.start_agrees({"config": 0, "generation config": None, "labels": 0}).departure
    assert (
        contracts.pad_agrees({"config": 0, "tokenizer": 3}).departure
        == "the pad is 0 in the config, 3 in the tokenizer"
    )


@pytest.mark.parametrize(("stops", "kept"), [({1}, True), ({1, 2}, True), ({2}, False), (set(), False)])
def test_generation_may_stop_at_more_than_the_end_token(stops, kept):
    assert (not contracts.end_agrees(END, stops).departure) is kept


def test_half_of_the_labels_may_be_pads_but_no_more():
    assert not contracts.loss_is_of_the_answer([2, 3], 4).departure
    assert contracts.loss_is_of_the_answer([2, 3, 4], 5).positions == (2, 3, 4)


def test_the_start_is_no_end_where_they_are_one_token():
    assert contracts.comes_to_its_end([END, 5, 6], {END}, 20).departure == "no end came in 2 tokens"
    assert not contracts.comes_to_its_end([END, 5, END], {END}, 20).departure
