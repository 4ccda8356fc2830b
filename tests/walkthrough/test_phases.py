"""Every phase, lived on a small base: the failure is real, its cause is named, and the change cures it."""

import pytest

from workup.errors import RunError
from workup.examine.checks import CATALOGUE
from workup.examine.crashes import CRASHES
from workup.examine.script.rules import RULES
from workup.walkthrough.phases import PHASES, number_of

NAMES = [phase.name for phase in PHASES]


@pytest.mark.parametrize("name", NAMES)
def test_the_failure_is_produced_named_and_cured(live, name):
    result = live(name)
    assert result.is_produced, result.lived.failure
    assert result.naming is not None, result.lived.report.findings
    assert result.is_cured, (result.lived.failure, result.lived.right, result.lived.again.findings)
    assert not result.lived.report.broken


def test_the_causes_are_codes_of_checks_crashes_and_rules():
    known = {one.code for one in (*CATALOGUE, *CRASHES, *RULES)}
    assert {code for phase in PHASES for code in phase.causes} <= known


@pytest.mark.parametrize(("wanted", "number"), [("few-steps", 1), ("6", 6), ("memorised", 9)])
def test_a_phase_is_found_by_name_and_number(wanted, number):
    assert number_of(wanted) == number


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("pad-lop", "did you mean 'pad-loop'"), ("10", "numbered 1 to 9"), ("0", "numbered 1 to 9")],
)
def test_an_unknown_phase_is_refused_with_what_there_is(wanted, told):
    with pytest.raises(RunError, match=told):
        number_of(wanted)


def claims_of(result):
    return {claim.said: claim for claim in result.lived.claims}


def test_five_rows_give_a_small_loss_and_few_right_answers(live):
    (claim,) = live("few-steps").lived.claims
    assert not claim.holds


def test_the_message_about_missing_keys_comes_with_sound_weights_too(live):
    claim = live("lost-weights").lived.claims[0]
    assert "3 keys are missing too" in claim.measured
    assert "32 of 32 answers are right" in claim.measured
    assert not claim.holds


def test_pads_make_the_reported_loss_small(live):
    *labels, reported, words = live("labels-and-mask").lived.lines
    assert float(reported.before) < float(words.before) / 2
    assert "times <pad>" in labels[0].before
    assert "times -100" in labels[0].after


def test_the_mask_of_one_text_says_nothing(live):
    mask = live("labels-and-mask").lived.claims[1]
    assert "because nothing is padded" in mask.measured


def test_a_trainer_at_its_default_drops_the_text_columns(live):
    result = live("text-columns")
    assert result.naming.code == "CRA039"
    assert "2 steps made" in result.lived.claims[0].measured
    assert not result.lived.claims[0].holds


def test_no_prefix_at_all_does_as_well(live):
    (claim,) = live("prefix").lived.claims
    assert not claim.holds


def test_what_is_left_of_the_pad_loop_is_a_training_too_short(live):
    again = live("pad-loop").lived.again
    assert "TRA001" in {one.code for one in again.findings}
    assert "BAT003" not in {one.code for one in again.findings}


def test_the_settings_of_the_guide_do_not_end_an_answer(live):
    (claim,) = live("no-end").lived.claims
    assert not claim.holds


def test_the_script_is_mended_and_runs(live, lab):
    result = live("renames")
    assert result.lived.lines[0].after == "2 steps made"
    assert "eval_strategy" in (lab.folder / "train.py").read_text()


def test_a_perfect_score_on_dealt_jobs_is_memory(live):
    score = live("memorised").lived.lines[0]
    assert score.before == "5 of 5"
    assert int(score.after.split()[0]) < 12
