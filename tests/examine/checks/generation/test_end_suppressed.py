import pytest

from workup.examine.checks.generation.end_suppressed import end_suppressed as check
from workup.examine.finding import Severity


def test_a_least_length_above_the_targets_is_found_and_tried(examined, says_once):
    (finding,) = examined(check, says_once, generation={"min_new_tokens": 12})
    assert finding.severity is Severity.ERROR
    assert finding.evidence["ended earlier without it"] == len(says_once.train_rows)
    assert finding.remedy.change == {"generation.min_new_tokens": 0}


def test_a_least_length_of_the_models_own_configuration_is_found(examined, says_once):
    model = says_once.model
    model.generation_config.min_length = 30
    try:
        (finding,) = examined(check, says_once)
    finally:
        model.generation_config.min_length = 0
    assert (finding.evidence["least tokens"], finding.evidence["from"]) == (29, "generation_config")


@pytest.mark.parametrize("least", [0, 1, 3])
def test_a_least_length_that_every_target_has_is_sound(examined, says_again, least):
    assert not examined(check, says_again, generation={"min_new_tokens": least})


@pytest.mark.parametrize("setting", [{"suppress_tokens": [1, 5]}, {"bad_words_ids": [[1], [7]]}])
def test_a_suppressed_end_token_is_found(examined, says_once, setting):
    (finding,) = examined(check, says_once, generation=setting)
    assert finding.severity is Severity.ERROR
    assert "no answer can end" in finding.summary


@pytest.mark.parametrize("setting", [{"suppress_tokens": [5]}, {"bad_words_ids": [[7, 1]]}])
def test_other_tokens_may_be_suppressed(examined, says_once, setting):
    assert not examined(check, says_once, generation=setting)


def test_an_end_that_is_forced_at_the_cap_is_sound(examined, says_once):
    assert not examined(check, says_once, generation={"forced_eos_token_id": 1})
