from workup.examine.checks.output.half_words import half_words as check
from workup.examine.finding import Severity
from workup.examine.subject import Pair


def test_fragments_of_the_expected_words_are_found(examined, answer):
    rows = [answer("yel", "yellow"), answer("gree", "green"), answer("hite", "white"), answer("red", "red")]
    (finding,) = examined(check, rows)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["fragments"] == ["gree", "hite", "yel"]


def test_short_words_that_stand_elsewhere_are_words(examined, answer):
    rows = [answer("light", "lighthouse"), answer("light", "light")] * 3
    assert not examined(check, rows)
    by_training = [Pair("a", "yel")]
    assert not examined(check, [answer("yel", "yellow")] * 4, train_pairs=by_training)


def test_wrong_but_whole_words_are_sound(examined, answer):
    assert not examined(check, [answer("blue", "yellow"), answer("red", "green")] * 3)


def test_numbers_are_not_judged(examined, answer):
    assert not examined(check, [answer("1", "12")] * 4)


def test_answers_that_are_right_are_sound(examined, answer):
    assert not examined(check, [answer("yellow", "yellow")] * 4)
