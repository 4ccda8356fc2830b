import pytest

from workup.examine.checks.output.sentinels import sentinels as check
from workup.examine.finding import Severity


@pytest.fixture(autouse=True)
def with_sentinels(tokenizer):
    tokenizer.add_special_tokens({"additional_special_tokens": ["<extra_id_0>", "<extra_id_1>"]})


@pytest.mark.parametrize("skip", [True, False])
def test_answers_of_a_model_that_was_only_pretrained_are_known_by_their_sentinel(examined, answer, skip):
    said = "<extra_id_0> the sky <extra_id_1>"
    (finding,) = examined(check, [answer(said, "blue", skip_special_tokens=skip) for _ in range(4)])
    assert finding.severity is Severity.ERROR
    assert finding.evidence["begin with a sentinel"] == 4


def test_targets_of_that_form_are_sound(examined, answer):
    said = "<extra_id_0> the sky"
    assert not examined(check, [answer(said, said, skip_special_tokens=False) for _ in range(4)])


def test_a_sentinel_further_on_is_another_matter(examined, answer):
    said = "blue <extra_id_0>"
    assert not examined(check, [answer(said, "blue", skip_special_tokens=False) for _ in range(4)])


def test_common_answers_are_sound(examined, answer):
    assert not examined(check, [answer("blue", "blue") for _ in range(4)])
