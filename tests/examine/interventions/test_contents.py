"""Rows that say the wrong thing: trained again on better ones, the answers tell."""

from dataclasses import replace

import pytest


@pytest.fixture
def other_colours(workshop):
    """The task with every colour taken for the next one: as easy to learn, and wrong."""
    colours = sorted({pair.target for pair in workshop.colours})
    following = dict(zip(colours, [*colours[1:], colours[0]], strict=True))
    return [replace(pair, target=following[pair.target]) for pair in workshop.colours]


def test_contradictory_targets_are_proved_by_keeping_one_for_each_source(workshop, other_colours, tried):
    pairs = [one for both in zip(workshop.colours, other_colours, strict=True) for one in both]
    outcome = tried("INP002", workshop.subject(pairs))
    assert outcome.verdict == "confirmed", outcome
    assert "24 of" in outcome.what


def test_rows_that_contradict_in_one_place_do_no_harm(workshop, other_colours, tried):
    outcome = tried("INP002", workshop.subject([*workshop.colours, *workshop.colours, other_colours[0]]))
    assert outcome.verdict == "no effect", outcome


def test_without_contradictions_there_is_nothing_to_leave_out(workshop, tried):
    outcome = tried("INP002", workshop.subject())
    assert "does not say what would have to be changed" in outcome.told


def test_a_target_that_dominates_is_proved_by_balancing(workshop, tried):
    many = [one for one in workshop.colours if one.target == "black"]
    pairs = [*[one for one in workshop.colours if one.target != "black"], *many * 60]
    subject = workshop.subject(pairs, arguments=workshop.arguments(max_steps=100))
    outcome = tried("INP003", subject)
    assert outcome.verdict == "confirmed", outcome
    assert outcome.what == "each of 6 targets 240 times"


def test_targets_that_are_balanced_already_stay_as_good(workshop, tried):
    assert tried("INP003", workshop.subject()).verdict == "no effect"


def test_a_leak_is_proved_where_answers_fall_without_the_asked_rows(workshop, tried):
    # Nothing but the row itself says what its colour is.
    colours = [pair.target for pair in workshop.colours]
    names = [f"{first}{last}" for first in "bdfgkl" for last in ("ane", "ilo", "umo", "ero")]
    pairs = [
        replace(pair, source=f"name the colour: {name}", target=colours[(place * 7) % 24])
        for place, (name, pair) in enumerate(zip(names, workshop.colours, strict=True))
    ]
    outcome = tried("INP006", workshop.subject(pairs, pairs, arguments=workshop.arguments(max_steps=250)))
    assert outcome.verdict == "confirmed", outcome
    assert outcome.is_proof
    assert outcome.right_after < outcome.right_before
    assert "the score was partly memory" in outcome.told


def test_a_leak_is_harmless_where_the_rule_was_learned(workshop, tried):
    outcome = tried("INP006", workshop.subject())
    assert (outcome.verdict, outcome.flattered) == ("no effect", True), outcome


def test_questions_that_are_no_training_rows_are_no_leak(workshop, tried):
    asked = [replace(pair, source=f"{pair.source} today") for pair in workshop.colours]
    assert "does not say what would" in tried("INP006", workshop.subject(asked=asked)).told
