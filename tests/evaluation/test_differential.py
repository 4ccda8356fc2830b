import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from workup.errors import DataError
from workup.evaluation.differential import agreement, differential, listed

NAMES = list("abcdef")


def test_recall_precision_and_f1_ask_who_is_in_the_list():
    found = agreement(["a", "x", "b", "y"], ["a", "b", "c"])
    assert (found.recall, found.precision) == (2 / 3, 0.5)
    assert found.f1 == pytest.approx(4 / 7)


def test_the_f1_of_many_cases_is_the_mean_of_theirs():
    found = differential([["a"], ["x"]], [["a"], ["a", "b"]])
    assert found.f1.value == 0.5
    assert found.to_json()["DDF1"]["value"] == 0.5
    assert found.cases == 2


@pytest.mark.parametrize("seed", range(5))
def test_ndcg_is_that_of_scikit_learn(seed):
    random = np.random.default_rng(seed)
    weights, stated = random.random(6) * (random.random(6) < 0.7) + 1e-9, random.random(6)
    ranked = [NAMES[index] for index in np.argsort(-stated)]
    reference = dict(zip(NAMES, weights.tolist(), strict=True))
    assert agreement(ranked, reference).ndcg == pytest.approx(ndcg_score([weights], [stated]))
    assert agreement(ranked[:3], reference).ndcg * ndcg_score([weights], [weights], k=6) == pytest.approx(
        ndcg_score([weights], [stated], k=3)
        * sum(w / np.log2(r) for r, w in enumerate(sorted(weights)[::-1][:3], 2))
        / sum(w / np.log2(r) for r, w in enumerate(sorted(weights)[::-1], 2))
    )


def test_order_counts_in_ndcg_alone():
    reference = {"a": 0.7, "b": 0.2, "c": 0.1}
    right, reversed_ = agreement(["a", "b", "c"], reference), agreement(["c", "b", "a"], reference)
    assert right.f1 == reversed_.f1 == 1
    assert right.ndcg == 1 > reversed_.ndcg


def test_case_and_repetition_make_no_other_name():
    assert agreement(["Flu", "flu.", "Cold"], ["cold", "FLU"]).precision == 1


def test_an_empty_list_finds_nothing():
    found = agreement([], ["a"])
    assert (found.recall, found.precision, found.f1, found.ndcg) == (0, 0, 0, 0)


@given(st.lists(st.sampled_from(NAMES)), st.lists(st.sampled_from(NAMES), min_size=1))
def test_every_number_is_between_0_and_1(answers, reference):
    found = agreement(answers, reference)
    assert all(0 <= value <= 1 + 1e-12 for value in vars(found).values())
    assert (found.f1 == 0) == (not set(answers) & set(reference))


def test_a_list_is_made_of_what_is_likelier_than_one_in_a_hundred():
    assert listed([0.01, 0.2, 0.0, 0.79], ["a", "b", "c", "d"]) == ["d", "b"]


@pytest.mark.parametrize("reference", [[], {}, {"a": 0.0}, {"a": float("nan")}, {"a": float("inf")}])
def test_a_reference_that_cannot_be_compared_with_is_refused_by_case(reference):
    with pytest.raises(DataError, match="case 1: the reference"):
        differential([["a"], ["a"]], [["a"], reference])


def test_lists_and_references_have_to_be_of_the_same_cases():
    with pytest.raises(DataError, match="2 lists and 1 references"):
        differential([["a"], ["b"]], [["a"]])
    with pytest.raises(DataError, match="0 lists"):
        differential([], [])
