import pytest
import torch

from workup.examine.checks.output.repetition import repetition as check
from workup.examine.finding import Severity


def test_answers_that_go_round_are_found(examined, answer):
    (finding,) = examined(check, [answer("blue and blue and blue and blue and", "blue", ends=False)] * 4)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["ended by themselves"] == 0


@pytest.mark.parametrize(
    ("labels", "change"),
    [([[9, 8, 1], [9, 1, -100]], {}), ([[9, 8, 1], [9, 8, 7]], {"tokens.append_eos": True}), (None, {})],
)
def test_an_end_is_proposed_where_labels_are_known_to_lack_it(examined, answer, labels, change):
    batch = None if labels is None else {"labels": torch.tensor(labels)}
    endless = [answer("blue and blue and blue and blue and", "blue", ends=False)] * 4
    (finding,) = examined(check, endless, captured_batch=batch)
    assert finding.remedy.change == change


def test_half_words_that_go_round_are_found_by_their_tokens(examined, answer):
    (finding,) = examined(check, [answer("qxqxqxqxqxqx", "blue")] * 4)
    assert finding.evidence["loops"] == 4
    assert not finding.remedy.change


def test_texts_that_are_meant_to_repeat_are_sound(examined, answer):
    song = "row row row row row row the boat"
    assert not examined(check, [answer(song, song)] * 4)


def test_a_short_list_of_like_words_is_sound(examined, answer):
    assert not examined(check, [answer("red red red", "red red")] * 4)


def test_pads_behind_the_end_are_no_loop(examined, answer):
    assert not examined(check, [answer("", "red", ids=[9, 1, *[0] * 20], ends=False)] * 4)
