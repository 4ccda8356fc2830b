import json

import pytest

from registry_versions import case, evidence
from workup.evaluation.metrics import Proportion
from workup.registry import gates
from workup.registry.evidence import Asked, Examined, Second

GOOD = evidence()


def failed(candidate, serving=None):
    """The gates that a candidate does not pass, and what they say."""
    return {one.gate: one.told for one in gates.judge(candidate, serving) if not one.passed}


def test_every_gate_lets_a_good_version_pass():
    assert failed(GOOD) == {}
    assert failed(GOOD, GOOD) == {}


def test_a_run_that_was_not_examined_does_not_pass():
    told = failed(evidence(examined=None))
    assert set(told) == {"examined", "findings"}
    assert "workup examine" in told["examined"]


def test_a_check_that_broke_is_no_examination():
    told = failed(evidence(examined=Examined((), 0, ("BAT003: out of memory",), 50)))
    assert set(told) == {"examined"}
    assert "BAT003: out of memory" in told["examined"]


def test_an_error_of_the_examination_does_not_pass_and_is_named():
    told = failed(evidence(examined=Examined(("BAT001: pads are counted in the loss",), 0, (), 50)))
    assert set(told) == {"findings"}
    assert "pads are counted" in told["findings"]


def test_one_specialty_that_got_worse_is_enough_and_is_named():
    """Ten of ten wrong where all were right: p = 0.002, and 0.01 among five rows."""
    before = evidence(cases=tuple(case(number) for number in range(40)))
    after = evidence(cases=tuple(case(number, right=number >= 10) for number in range(40)))
    told = failed(after, before)["specialties"]
    assert "specialty 0: 0 of 10 right, 10 before" in told
    assert "specialty 1" not in told


def test_a_difference_that_chance_explains_passes_and_says_what_would_be_seen():
    before = evidence(cases=tuple(case(number) for number in range(40)))
    (verdict,) = [one for one in gates.judge(GOOD, before) if one.gate == "specialties"]
    assert verdict.passed
    assert verdict.told.startswith("-10.0% on 40 cases")
    assert "would surely be seen" in verdict.told


def test_the_two_forms_of_a_case_count_once():
    """Five cases wrong in both forms are five cases: too few to prove anything among many."""
    forms, numbers = ("findings", "text"), range(20)
    before = [case(number, form=form) for form in forms for number in numbers]
    after = [case(number, form=form, right=number >= 5) for form in forms for number in numbers]
    told = failed(evidence(cases=tuple(after)), evidence(cases=tuple(before)))
    assert "specialties" not in told


def test_a_version_that_was_tested_on_other_cases_cannot_pass():
    others = evidence(cases=tuple(case(number + 100, right=number % 10 != 0) for number in range(40)))
    assert "too few shared" in failed(others, GOOD)["specialties"]


def test_a_version_without_cases_of_a_served_specialty_cannot_pass():
    fewer = evidence(cases=GOOD.cases[:30])
    assert "specialty 3" in failed(fewer, GOOD)["specialties"]


def test_probabilities_that_do_not_come_true_do_not_pass():
    told = failed(evidence(cases=tuple(case(number, right=number % 2 == 0) for number in range(40))))
    assert set(told) == {"calibration"}
    assert "off by 0.388" in told["calibration"]


def test_each_form_is_judged_by_itself():
    good = [case(number, right=number % 10 != 0) for number in range(40)]
    bad = [case(number, right=number % 2 == 0, form="text") for number in range(40)]
    told = failed(evidence(cases=(*good, *bad)))["calibration"]
    assert "text" in told
    assert "findings" not in told


def test_sets_that_hold_the_right_answer_too_rarely_do_not_pass():
    cases = tuple(case(number, right=number % 10 != 0, in_set=number % 4 != 0) for number in range(40))
    told = failed(evidence(cases=cases))
    assert set(told) == {"coverage"}
    assert "75.0%" in told["coverage"]
    assert "90% is promised" in told["coverage"]


def test_a_shortfall_of_sets_that_chance_explains_passes():
    cases = tuple(case(number, right=number % 10 != 0, in_set=number % 8 != 0) for number in range(40))
    assert failed(evidence(cases=cases)) == {}


@pytest.mark.parametrize(
    ("kind", "gate"), [("golden", "golden cases"), ("red flag", "red-flag cases")], ids=str
)
def test_one_case_that_may_never_be_lost_is_enough(kind, gate):
    asked = tuple(one for one in GOOD.asked if one.kind != kind)
    lost = Asked("lost", kind, "Gout", "it says Migraine (51%)", False)
    assert failed(evidence(asked=(*asked, lost))) == {
        gate: "1 of 1 wrong: lost: Gout expected, it says Migraine (51%)"
    }
    assert "none was asked" in failed(evidence(asked=asked))[gate]


def test_a_version_without_a_second_training_does_not_pass():
    told = failed(evidence(second=None))
    assert set(told) == {"reproducible"}
    assert "--second" in told["reproducible"]


@pytest.mark.parametrize("right", [20, 40])
def test_a_second_training_outside_the_interval_does_not_pass(right):
    told = failed(evidence(top1=Proportion(30, 40), second=Second("again", 1, "abc", Proportion(right, 40))))
    assert set(told) == {"reproducible"}
    assert "75.0% (59.8% to 85.8%)" in told["reproducible"]


def test_without_validation_cases_nothing_is_known():
    assert {"calibration", "coverage"} <= set(failed(evidence(cases=())))


def test_verdicts_are_plain_values():
    assert json.dumps([one.to_json() for one in gates.judge(GOOD, GOOD)])
