import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workup.evaluation.metrics import Accuracy, Proportion, normalise, rank


def test_the_interval_is_wilsons():
    low, high = Proportion(8, 10).interval
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # Wilson 1927, worked by hand


def test_of_nothing_everything_is_possible():
    assert Proportion(0, 0).interval == (0.0, 1.0)
    assert Proportion(0, 0).value == 0.0


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share_and_stays_between_0_and_1(counts):
    proportion = Proportion(*counts)
    low, high = proportion.interval
    assert 0 <= low <= proportion.value + 1e-12
    assert proportion.value - 1e-12 <= high <= 1


def test_accuracy_counts_first_answers_and_first_three():
    accuracy = Accuracy.of([1, 3, 4, None])
    assert (accuracy.top1.right, accuracy.top3.right, accuracy.top1.total) == (1, 2, 4)


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("Acute MI.", "acute mi"),
        ("  Crohn's   disease", "crohn's disease"),
        ("Trisomy 21 (Down)", "trisomy 21 down"),
    ],
)
def test_case_spaces_and_stops_make_no_other_answer(given, same):
    assert normalise(given) == same


def test_repeated_candidates_take_one_rank():
    assert rank(["Flu", "flu.", "Cold"], ["Cold", "Common cold"]) == 2


def test_an_accepted_name_is_as_right_as_the_expected_one():
    assert rank(["heart attack"], ["Acute myocardial infarction", "Heart attack"]) == 1


def test_a_wrong_answer_has_no_rank():
    assert rank(["Flu"], ["Cold"]) is None


def test_a_proportion_counts_truth_values_of_lists_and_arrays_alike():
    flags = [True, False, True]
    assert Proportion.of(flags) == Proportion.of(np.array(flags)) == Proportion(2, 3)
    assert json.dumps(Proportion.of(np.array(flags)).to_json())
    assert Proportion.of([]) == Proportion(0, 0)
