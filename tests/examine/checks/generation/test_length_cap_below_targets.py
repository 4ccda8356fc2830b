import pytest
import torch
from transformers import Seq2SeqTrainingArguments

from workup.examine.checks.generation.length_cap_below_targets import length_cap_below_targets as check
from workup.examine.finding import Severity
from workup.examine.subject import Pair

LONG = [
    Pair("a lemon", "yellow and green and blue and red and white and black and yellow and green and blue")
] * 3
SHORT = [Pair("a lemon", "yellow")] * 7


def arguments(folder, **given):
    return Seq2SeqTrainingArguments(str(folder), report_to="none", use_cpu=True, **given)


def test_the_default_of_twenty_tokens_is_found_where_targets_are_longer(examined, says_once, tmp_path):
    given = arguments(tmp_path, predict_with_generate=True)
    (finding,) = examined(check, says_once, train_pairs=LONG + SHORT, arguments=given, generation={})
    assert finding.severity is Severity.ERROR
    assert (finding.evidence["most tokens"], finding.evidence["targets above"]) == (20, 3)
    needed = len(says_once.tokenizer(LONG[0].target)["input_ids"])
    assert finding.remedy.change == {"generation.max_new_tokens": needed}
    assert finding.remedy.code == f"arguments.generation_max_length = {needed + 1}"


def test_the_length_of_the_remedy_lets_the_longest_target_end(examined, says_once, tmp_path):
    given = arguments(tmp_path, predict_with_generate=True)
    (finding,) = examined(check, says_once, train_pairs=LONG, arguments=given, generation={})
    needed = finding.remedy.change["generation.max_new_tokens"]
    mended = arguments(tmp_path, predict_with_generate=True, generation_max_length=needed + 1)
    assert not examined(
        check, says_once, train_pairs=LONG, arguments=mended, generation={"max_length": needed + 1}
    )
    assert not examined(check, says_once, train_pairs=LONG, generation={"max_new_tokens": needed})
    assert examined(check, says_once, train_pairs=LONG, generation={"max_new_tokens": needed - 1})


def test_a_call_of_the_scripts_own_does_not_know_the_training_arguments(examined, says_once, tmp_path):
    given = arguments(tmp_path, predict_with_generate=True, generation_max_length=64)
    (finding,) = examined(check, says_once, train_pairs=LONG, arguments=given, generation={})
    assert finding.evidence["most tokens"] == 20
    assert finding.remedy.code.startswith("model.generation_config.max_new_tokens")
    assert not examined(check, says_once, train_pairs=LONG, arguments=given)


def test_a_few_targets_above_the_cap_are_worth_a_warning_and_a_rare_one_a_note(examined, says_once):
    some = examined(check, says_once, train_pairs=LONG[:1] + SHORT * 2, generation={})
    rare = examined(check, says_once, train_pairs=LONG[:1] + SHORT * 20, generation={})
    assert [found.severity for found in (*some, *rare)] == [Severity.WARNING, Severity.NOTE]


def test_where_nobody_is_seen_generating_it_is_a_note(examined, says_once, tmp_path):
    (finding,) = examined(check, says_once, train_pairs=LONG, arguments=arguments(tmp_path))
    assert finding.severity is Severity.NOTE
    assert "max_new_tokens" in finding.remedy.code


def test_a_length_in_the_models_own_configuration_counts(examined, says_once):
    model = says_once.model
    model.generation_config.max_length = 200
    try:
        assert not examined(check, says_once, train_pairs=LONG, generation={})
    finally:
        model.generation_config.max_length = None


def test_targets_that_fit_are_sound(examined, says_once):
    assert not examined(check, says_once, generation={})


@pytest.mark.parametrize("cap", [4, 5])
def test_a_cap_must_have_room_for_the_end(examined, says_once, cap):
    rows = [{"input_ids": torch.tensor([5, 1]), "labels": [7, 8, 9, 10, 1]}]
    found = examined(check, says_once, train_rows=rows, train_pairs=None, generation={"max_new_tokens": cap})
    assert bool(found) == (cap < 5)
