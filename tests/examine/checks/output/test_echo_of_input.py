from workup.examine.checks.output.echo_of_input import echo_of_input as check
from workup.examine.finding import Severity

SOURCE = "name the colour: a ripe lemon from the market"


def test_answers_that_repeat_their_input_are_found(examined, answer):
    (finding,) = examined(check, [answer("a ripe lemon from the market", "yellow", SOURCE)] * 4)
    assert finding.severity is Severity.ERROR
    assert (finding.evidence["echoes"], finding.evidence["expected echoes"]) == (4, 0)


def test_where_the_task_is_to_copy_nothing_is_said(examined, answer):
    copied = "a ripe lemon from the market"
    assert not examined(check, [answer(copied, copied, SOURCE)] * 4)
    wrong_passage = answer("name the colour: a ripe", copied, SOURCE)
    assert not examined(check, [wrong_passage] * 4)


def test_a_word_of_the_source_is_no_echo(examined, answer):
    assert not examined(check, [answer("lemon", "yellow", SOURCE)] * 4)


def test_without_expected_texts_nothing_can_be_said(examined, answer):
    assert not examined(check, [answer("a ripe lemon from the market", None, SOURCE)] * 4)
