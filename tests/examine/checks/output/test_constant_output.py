from workup.examine.checks.output.constant_output import constant_output as check
from workup.examine.finding import Severity

COLOURS = ["red", "green", "blue", "white"]


def rows(answer, said, expected):
    return [
        answer(text, wanted, f"thing {n}")
        for n, (text, wanted) in enumerate(zip(said, expected, strict=True))
    ]


def test_one_answer_for_everything_is_found(examined, answer):
    (finding,) = examined(check, rows(answer, ["red"] * 12, COLOURS * 3))
    assert finding.severity is Severity.ERROR
    assert (finding.evidence["answer"], finding.evidence["share"]) == ("red", 1.0)


def test_always_the_commonest_answer_is_a_warning(examined, answer):
    (finding,) = examined(check, rows(answer, ["True"] * 15, ["True"] * 12 + ["False"] * 3))
    assert finding.severity is Severity.WARNING


def test_rows_that_all_expect_that_answer_are_sound(examined, answer):
    assert not examined(check, rows(answer, ["True"] * 12, ["True"] * 12))
    assert not examined(check, rows(answer, ["True"] * 40, ["True"] * 37 + ["False"] * 3))


def test_varied_answers_are_sound(examined, answer):
    assert not examined(check, rows(answer, COLOURS * 3, COLOURS * 3))


def test_without_expected_texts_or_with_few_rows_nothing_can_be_said(examined, answer):
    assert not examined(check, rows(answer, ["red"] * 12, [None] * 12))
    assert not examined(check, rows(answer, ["red"] * 4, COLOURS))


def test_one_source_asked_again_and_again_may_have_one_answer(examined, answer):
    assert not examined(check, [answer("red", wanted, "the same") for wanted in COLOURS * 3])
