"""The comparison of target formats: lists are read, looked up and judged as the page says."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from bench.formats import ALONE, Cases, measured, names_in, parted, remember  # noqa: E402


def row(diagnosis, *differential):
    return SimpleNamespace(answers=(diagnosis,), metadata={"differential": list(differential)})


TRAINED = [row("gout", "sepsis", "cellulitis"), row("gout", "sepsis", "arthritis"), row("flu", ALONE)]


def test_a_written_list_is_parted_at_commas_that_belong_to_no_name():
    names = {"Bipolar disorder, manic episode", "Schizophrenia"}
    text = "Schizophrenia, Bipolar disorder, manic episode, Something new"
    assert parted(text, names) == ["Schizophrenia", "Bipolar disorder, manic episode", "Something new"]
    assert parted("", names) == []
    assert parted("a,, b", set()) == ["a", "b"]


@pytest.mark.parametrize("bar", [" | ", " "])
def test_a_written_answer_is_read_with_its_bar_and_without(bar):
    assert names_in(f"Diagnosis: gout{bar}DD: sepsis, flu, sepsis", set()) == ["gout", "sepsis", "flu"]
    assert names_in(f"Diagnosis: gout{bar}DD: {ALONE}", set()) == ["gout"]


def test_an_answer_that_breaks_off_still_has_its_diagnosis():
    assert names_in("Diagnosis: gout", set()) == ["gout"]
    assert names_in("", set()) == []


def test_a_looked_up_list_holds_what_most_training_lists_of_the_diagnosis_hold():
    length, lists = remember(TRAINED)
    assert length == 3
    assert lists["gout"][:2] == ["gout", "sepsis"]
    assert lists["flu"] == ["flu"]


def test_a_list_is_judged_by_its_beginning_and_as_a_whole():
    test = Cases([], [], [("gout",), ("flu",)], [{"gout": 1.0, "rare": 1.0}, {"flu": 1.0}])
    found = measured([["flu", "gout"], ["flu"]], test, ["gout", "flu"])
    assert (found["top1"]["right"], found["top3"]["right"]) == (1, 2)
    assert found["DDR"]["value"] == pytest.approx((0.5 + 1) / 2)
    assert found["among_known"]["DDR"]["value"] == 1
    assert found["length"] == 1.5
