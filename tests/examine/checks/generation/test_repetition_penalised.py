import pytest

from workup.examine.checks.generation.repetition_penalised import repetition_penalised as check
from workup.examine.finding import Severity
from workup.examine.subject import Subject


def test_a_penalty_that_costs_right_answers_is_an_error(examined, says_again):
    (finding,) = examined(check, says_again, generation={"repetition_penalty": 5.0})
    assert finding.severity is Severity.ERROR
    assert finding.evidence["right without"] == 1.0
    assert finding.evidence["right with"] < 0.8
    assert finding.remedy.change == {"generation.repetition_penalty": 1.0}


def test_answers_that_say_nothing_twice_do_not_mind_it(examined, says_once):
    assert not examined(check, says_once, generation={"repetition_penalty": 1.2})


def test_no_penalty_is_sound(examined, says_again):
    assert not examined(check, says_again, generation={"repetition_penalty": 1.0})
    assert not examined(check, says_again)


def test_sampled_answers_are_not_compared(examined, says_again):
    given = {"repetition_penalty": 5.0, "do_sample": True}
    assert not examined(check, says_again, generation=given)


@pytest.fixture
def untrained(t5, tokenizer, says_again):
    return Subject(
        model=t5,
        tokenizer=tokenizer,
        collator=says_again.collator,
        train_rows=says_again.train_rows,
        generation={"repetition_penalty": 5.0},
    )


def test_where_no_right_answer_is_lost_it_is_a_note(examined, untrained):
    (finding,) = examined(check, untrained)
    assert finding.severity is Severity.NOTE
    assert finding.evidence["right without"] == 0.0
