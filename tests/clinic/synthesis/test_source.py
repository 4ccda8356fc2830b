import itertools
from collections import Counter

import pytest

from workup.clinic.book import conditions
from workup.clinic.cases import rows as written
from workup.clinic.synthesis.source import read, rows, synthesise
from workup.data import overlap
from workup.data.check import Roles, check
from workup.data.sources import stream
from workup.errors import DataError


@pytest.fixture(scope="module")
def made():
    return list(rows(1026))


def test_the_same_seed_gives_the_same_cases_however_many_are_taken(made):
    assert [row.values for row in rows(20)] == [row.values for row in made[:20]]
    assert [row.values["text"] for row in rows(20, seed=1)] != [row.values["text"] for row in made[:20]]


def test_a_million_cases_are_made_one_at_a_time():
    assert len(list(itertools.islice(rows(1_000_000), 3))) == 3


def test_conditions_take_turns_and_styles_are_even(made):
    assert set(Counter(row.values["diagnosis"] for row in made).values()) == {6}
    assert min(Counter(row.values["style"] for row in made).values()) > 280


def test_rows_have_the_columns_of_the_case_book_and_are_for_training(made):
    assert set(made[0].values) == set(written()[0].values)
    assert {row.values["use"] for row in made} == {"train"}


def test_no_case_names_its_diagnosis_in_any_column_and_none_repeats_another(made):
    roles = Roles(("text", "whole"), "diagnosis", "aliases", secret=True)
    assert [str(fault) for fault in check(made, roles) if fault.kind == "giveaway"] == []
    assert len({row.values["text"] for row in made}) == len(made)


def test_no_case_is_a_copy_of_one_written_by_hand(made):
    by_hand = [row.values["text"] for row in written()]
    pairs = overlap.between([row.values["text"] for row in made], by_hand)
    assert [pair for pair in pairs if pair.kind != "template"] == []


def test_every_condition_can_be_told_in_every_style():
    for _, condition in conditions():
        for style in ("telegraphic", "note", "lay"):
            assert len(synthesise(condition, "x-1", style).text) >= 20


def test_lay_cases_use_words_that_clinical_ones_do_not(made):
    lay = [row.values["text"] for row in made if row.values["style"] == "lay"]
    clinical = [row.values["text"] for row in made if row.values["style"] != "lay"]
    assert sum(" my " in text or " her " in text or " his " in text for text in lay) > 0.8 * len(lay)
    assert sum(" my " in text for text in clinical) < 0.02 * len(clinical)


def test_the_source_takes_a_number_and_a_seed():
    assert [r.values for r in stream("synthetic:3@1")] == [r.values for r in rows(3, seed=1)]
    assert len(list(stream("synthetic:3"))) == 3


@pytest.mark.parametrize("argument", ["", "many", "3@", "-1", "3@x"])
def test_another_argument_is_an_error(argument):
    with pytest.raises(DataError, match="synthetic:2000@7"):
        read(argument)
