import pytest

from workup.examine.checks.output.first_token_lost import first_token_lost as check
from workup.examine.finding import Severity

TEXTS = ["yellow and green", "red and white", "green and blue", "black and red"]


@pytest.fixture
def headless(tokenizer, answer):
    """Each text without its first token, as a label that is shifted twice teaches it."""
    ids = tokenizer(TEXTS, add_special_tokens=False)["input_ids"]
    return [answer("", text, ids=row[1:]) for row, text in zip(ids, TEXTS, strict=True)]


def test_answers_without_their_first_token_are_found(examined, headless):
    assert all(one.expected.endswith(one.text) for one in headless)
    (finding,) = examined(check, headless)
    assert finding.severity is Severity.ERROR
    assert (finding.evidence["without their first token"], finding.evidence["right"]) == (4, 0)


def test_an_end_that_was_written_into_the_target_does_not_hide_it(examined, tokenizer, answer):
    ids = tokenizer(TEXTS, add_special_tokens=False)["input_ids"]
    found = examined(
        check, [answer("", f"{text}</s>", ids=row[1:]) for row, text in zip(ids, TEXTS, strict=True)]
    )
    assert found[0].evidence["without their first token"] == 4


def test_answers_decoded_with_their_frame_are_sound(examined, answer):
    assert not examined(check, [answer(text, text, skip_special_tokens=False) for text in TEXTS])


def test_whole_answers_are_sound(examined, answer):
    assert not examined(check, [answer(text, text) for text in TEXTS])


def test_a_disputed_word_is_a_wrong_answer_and_no_lost_token(examined, answer):
    disputed = [answer("known", "not known") for _ in range(6)]
    assert not examined(check, [*disputed, *(answer("known", "known") for _ in range(6))])


def test_the_same_beginning_of_every_text_may_be_lost(examined, answer):
    (finding,) = examined(check, [answer(text, f"colour {text}") for text in TEXTS])
    assert finding.evidence["missing"] == ["colour"]


def test_the_last_word_alone_is_no_lost_token(examined, answer):
    assert not examined(check, [answer(text.split()[-1], text) for text in TEXTS])
