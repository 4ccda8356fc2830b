import pytest
from rich.console import Console

from learning_cases import CROUP, GOUT, MIGRAINE
from workup.learning.intake import take_in
from workup.learning.reviewing import review_all
from workup.learning.standing import standing


@pytest.fixture
def answered(quick, write, monkeypatch):
    """Three items, reviewed by typing lines: the items, and what the screen said."""
    items = take_in(quick, write(GOUT, MIGRAINE, CROUP), "St Ann").items

    def typed(reviewer, *lines):
        given = iter(lines)

        def ask(prompt=""):
            try:
                return next(given)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", ask)
        console = Console(width=120)
        with console.capture() as captured:
            review_all(quick, reviewer, console)
        return captured.get()

    return items, typed


def test_items_are_decided_one_after_the_other(answered):
    items, typed = answered
    told = typed("Ann", "accept textbook", "correct migraine headache; both sides", "reject too short")
    assert [item.decisions[0].diagnosis for item in items] == ["Gout", "Migraine", None]
    assert [item.decisions[0].why for item in items] == ["textbook", "both sides", "too short"]
    assert "3 decided." in told


def test_what_cannot_be_decided_is_told_and_asked_again(answered):
    items, typed = answered
    told = typed("Ann", "accept", "correct Gowt; x", "correct Gout", "hm", "accept textbook", "quit")
    assert all(
        words in told
        for words in ("say why", "did you mean 'Gout'", "after a semicolon", "leave it for later")
    )
    assert [len(item.decisions) for item in items] == [1, 0, 0]


def test_a_skipped_item_waits_and_the_end_of_input_loses_nothing(answered):
    items, typed = answered
    typed("Ann", "skip", "accept textbook")
    assert [standing(item).state for item in items] == ["waiting", "reviewed once", "waiting"]


def test_where_nothing_waits_that_is_said(answered):
    assert "Nothing waits for St Ann." in answered[1]("St Ann")
