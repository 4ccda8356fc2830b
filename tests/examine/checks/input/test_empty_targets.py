import pandas as pd
import pytest

from workup.examine.checks.input.empty_targets import empty_targets
from workup.examine.finding import Severity

SOURCES = [f"what is on shelf {n}" for n in range(20)]


def test_missing_cells_turned_into_text_are_found(examine, pairs):
    targets = [str(cell) for cell in pd.Series(["red", "green", "blue", float("nan")] * 5, dtype=object)]
    (finding,) = examine(empty_targets, train_pairs=pairs(SOURCES, targets))
    assert finding.severity is Severity.WARNING
    assert finding.summary == "5 of 20 training targets (25.0%) hold nothing: 5 'nan'"
    assert finding.evidence["first row"] == 3


@pytest.mark.parametrize("nothing", ["", "  ", None, float("nan"), "<NA>"])
def test_every_kind_of_nothing_is_found_and_is_grave_where_it_is_most(examine, pairs, nothing):
    (finding,) = examine(empty_targets, train_pairs=pairs(SOURCES, ["red"] * 4 + [nothing] * 16))
    assert finding.severity is Severity.ERROR


def test_a_lonely_none_among_free_texts_is_a_missing_cell(examine, pairs):
    targets = [f"a box of {n} pens" for n in range(30)] + ["None"]
    assert examine(empty_targets, train_pairs=pairs([f"q{n}" for n in range(31)], targets))


@pytest.mark.parametrize("answer", ["none", "null", "0", "nothing"])
def test_a_word_for_nothing_that_python_does_not_write_is_an_answer(examine, pairs, answer):
    assert not examine(empty_targets, train_pairs=pairs(SOURCES, ["red", answer] * 10))


def test_none_is_a_class_where_another_is_written_like_it(examine, pairs):
    assert not examine(empty_targets, train_pairs=pairs(SOURCES, ["Mild", "None"] * 10))


def test_none_is_a_missing_cell_where_no_other_target_is_written_like_it(examine, pairs):
    (finding,) = examine(empty_targets, train_pairs=pairs(SOURCES, ["red light", "None"] * 10))
    assert "10 'None'" in finding.summary


def test_rows_whose_labels_are_all_ignored_are_not_empty_targets(examine, pairs):
    rows = [{"input_ids": [5, 1], "labels": [-100, -100]} for _ in SOURCES]
    assert not examine(empty_targets, train_pairs=pairs(SOURCES, [""] * 20), train_rows=rows)
