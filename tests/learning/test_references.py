import pytest
from sqlalchemy import select

from learning_cases import CROUP, GOUT
from workup.clinic.book import conditions
from workup.clinic.cases import render, render_whole
from workup.errors import DataError
from workup.learning.references import add, reserved, training
from workup.learning.tables import Reference
from workup.registry.fingerprints import form


def test_a_set_that_is_added_twice_is_there_once(session, write):
    file = write(GOUT, CROUP)
    assert add(session, file, "canary") == 2
    assert add(session, file, "canary") == 0
    (copy,) = reserved(session).copies(form(GOUT["text"].upper()))
    assert copy.known.place == "canary case cases.jsonl:1"


def test_only_the_form_of_a_text_is_kept(quick, write):
    add(quick, write({"text": "Mr. Tolliver, 61, has a red hot toe since Monday night."}), "test")
    kept = quick.scalars(select(Reference)).one()
    assert "tolliver" not in kept.form
    assert kept.form == form(kept.form)


def test_the_case_book_is_always_among_the_sets(quick):
    condition = next(condition for _, condition in conditions() if condition.name == "Gout")
    for case in condition.cases:
        texts = training(quick) if case.use == "train" else reserved(quick)
        for text in (case.text, render(case), render_whole(case)):
            (copy,) = texts.copies(form(text))
            assert copy.known.place.endswith(f"case {case.id} of the case book")


def test_a_test_set_may_hold_diagnoses_that_the_book_does_not_know_and_a_training_set_may_not(quick, write):
    file = write({"text": "a text of twenty letters and more", "diagnosis": "Kuru"})
    assert add(quick, file, "test") == 1
    with pytest.raises(DataError, match=r"cases.jsonl:1: diagnosis: 'Kuru' is no diagnosis"):
        add(quick, file, "training")


@pytest.mark.parametrize(
    ("row", "role", "reason"),
    [
        (GOUT, "tests", "there is no set 'tests'; did you mean 'test'"),
        ({"note": "x"}, "test", "the row holds none of text, findings, whole"),
        ("", "test", "holds no rows"),
    ],
)
def test_what_cannot_be_a_set_is_one_error(quick, write, row, role, reason):
    with pytest.raises(DataError, match=reason):
        add(quick, write(row), role)
