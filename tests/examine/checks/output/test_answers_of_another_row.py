import random

import pytest

from workup.examine.checks.output.answers_of_another_row import answers_of_another_row as check
from workup.examine.finding import Severity

TEXTS = [f"{colour} {n}" for n in range(5) for colour in ("red", "green", "blue", "white")]


def rows(answer, said, expected):
    return [
        answer(text, wanted, f"row {n}") for n, (text, wanted) in enumerate(zip(said, expected, strict=True))
    ]


@pytest.mark.parametrize("shift", [1, -2])
def test_answers_that_have_slipped_are_found_with_their_distance(examined, answer, shift):
    slipped = TEXTS[shift:] + TEXTS[:shift]
    (finding,) = examined(check, rows(answer, slipped, TEXTS))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["distance"] == shift
    assert finding.evidence["right"] == 0.0


def test_a_lost_order_is_found(examined, answer):
    mixed = sorted(TEXTS, key=lambda text: (len(text), text[::-1]))
    random.Random(1).shuffle(mixed)
    (finding,) = examined(check, rows(answer, mixed, TEXTS))
    assert "other rows" in finding.summary


def test_answers_in_their_place_are_sound(examined, answer):
    assert not examined(check, rows(answer, TEXTS, TEXTS))


def test_sorted_rows_meet_at_their_own_place_too(examined, answer):
    blocks = ["red"] * 10 + ["blue"] * 10
    assert not examined(check, rows(answer, blocks, blocks))


def test_a_poor_classifier_of_few_answers_is_not_accused(examined, answer):
    drawn = random.Random(0)
    guesses, expected = (drawn.choices(["red", "blue", "green"], k=60) for _ in range(2))
    assert not examined(check, rows(answer, guesses, expected))


def test_few_rows_say_nothing(examined, answer):
    assert not examined(check, rows(answer, TEXTS[1:5], TEXTS[:4]))
