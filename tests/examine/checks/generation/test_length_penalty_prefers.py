import pytest

from workup.examine.checks.generation.length_penalty_prefers import length_penalty_prefers as check
from workup.examine.finding import Severity


@pytest.fixture(scope="module")
def torn(tiny_t5, taught):
    """A model that was told a short and a long answer to each question, the short one more often."""
    short = [("a ripe lemon", "yellow"), ("a cherry", "red")]
    long = [("a ripe lemon", "green and red and blue"), ("a cherry", "black and white and blue")]
    return taught(tiny_t5, [*short, *short, *short, *long, *long], 80)


def test_a_penalty_that_lets_the_longer_answer_win_is_measured(examined, torn):
    (finding,) = examined(check, torn, generation={"num_beams": 4, "length_penalty": 2.0})
    assert finding.severity is Severity.NOTE
    assert finding.evidence["answers changed"] > 0
    assert finding.remedy.change["generation.length_penalty"] == 0.0


def test_ranking_by_probability_is_sound(examined, torn):
    neutral = {"num_beams": 4, "length_penalty": 0.0, "early_stopping": False}
    assert not examined(check, torn, generation=neutral)


def test_greedy_search_knows_no_penalty(examined, torn):
    assert not examined(check, torn, generation={"num_beams": 1})


def test_a_penalty_that_changes_nothing_is_let_pass(examined, says_once):
    assert not examined(check, says_once, generation={"num_beams": 2, "length_penalty": 0.5})
