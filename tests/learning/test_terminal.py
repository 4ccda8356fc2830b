import pytest
from rich.console import Console

from learning_cases import GOUT
from workup.learning.intake import take_in
from workup.learning.review import decide
from workup.learning.standing import standing
from workup.learning.terminal import view


@pytest.fixture
def shown(quick, write):
    rejected = {
        **GOUT,
        "diagnosis": "Ectopic pregnancy",
        "feedback": "corrected",
        "answer": "Gout",
        "confidence": 0.81,
        "model": "clinic 3",
        "reason": "a scan",
    }
    (item,) = take_in(quick, write(rejected), "St Ann").items

    def told(reviewer=None):
        console = Console(width=200)
        with console.capture() as captured:
            console.print(view(item, standing(item), reviewer))
        return captured.get()

    return item, told


def test_suspicion_comes_first_then_the_text_then_what_was_said(shown):
    _, told = shown
    text = told()
    places = [
        text.index(words)
        for words in ("! against the case book", "M 61", "O00", "81% sure by clinic 3", "a scan")
    ]
    assert places == sorted(places)
    assert "Case book  Gout, " in text


def test_the_first_decision_is_hidden_from_the_second_reviewer_until_both_have_decided(quick, shown):
    item, told = shown
    decide(quick, item, "Ann", "accept", "seen the scan")
    assert "one, shown after yours" in told("Bea")
    assert "seen the scan" not in told("Bea")
    assert "Ann: Ectopic pregnancy; seen the scan" in told("Ann")
    decide(quick, item, "Bea", "accept", "a toe", "Gout")
    assert "seen the scan" in told("Cyd")


def test_a_decision_that_was_taken_back_is_shown_as_such(quick, shown):
    item, told = shown
    decide(quick, item, "Ann", "accept", "seen the scan")
    decide(quick, item, "Ann", "reject", "the wrong patient")
    assert "seen the scan  (no longer counts)" in told()
