"""The verdict on a phase: no phase may pass because nobody looked."""

from dataclasses import replace

import pytest

from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.report import Report
from workup.walkthrough.phase import Change, Claim, Count, Lived, Phase, Result, conclusion


def report(*codes, severity=Severity.ERROR):
    found = (Finding(severity, "so it is", Remedy("mend it"), code=code) for code in codes)
    return Report(tuple(found), (), (), ())


@pytest.fixture
def lived():
    return Lived(
        failure=Change("answers are wrong", Count(8, 8), Count(0, 8)),
        right=Change("answers are right", Count(0, 8), Count(8, 8)),
        given="note",
        lines=(),
        change="less of it",
        report=report("OUT001", "BAT003"),
        again=report(),
        claims=(Claim("it is so", "it is not", holds=False), Claim("this too", "it is", holds=True)),
    )


def result(lived):
    phase = Phase("a-fault", "A fault", "It failed", ("CRA001", "BAT003"), lambda lab: lived, "Look.")
    return Result(phase, 1, lived, 2.0)


def test_a_failure_that_was_seen_named_and_cured_is_well(lived):
    assert result(lived).is_well
    assert result(lived).naming.code == "BAT003"
    assert conclusion([result(lived)]) == (
        "The failure was produced, named and cured. Of 2 statements of the guide, 1 held when measured."
    )


def test_a_failure_that_hardly_shows_is_not_produced_and_cannot_be_cured(lived):
    faint = result(replace(lived, failure=Change("answers are wrong", Count(1, 8), Count(0, 8))))
    assert not faint.is_produced
    assert not faint.is_cured


def test_another_cause_does_not_name_it(lived):
    assert result(replace(lived, report=report("OUT001"))).naming is None


def test_a_note_does_not_name_it(lived):
    assert result(replace(lived, report=report("BAT003", severity=Severity.NOTE))).naming is None


def test_the_crash_names_it_before_the_check(lived):
    both = replace(lived, report=report("BAT003", "CRA001"))
    assert result(both).naming.code == "CRA001"


def test_a_failure_that_goes_on_is_not_cured(lived):
    assert not result(replace(lived, failure=Change("wrong", Count(8, 8), Count(1, 8)))).is_cured


def test_a_cause_that_is_found_again_is_not_cured(lived):
    assert not result(replace(lived, again=report("BAT003"))).is_cured
    assert result(replace(lived, again=report("TRA001"))).is_cured


def test_as_few_right_answers_as_before_are_no_cure(lived):
    none = Change("answers are right", Count(0, 8), Count(0, 8))
    assert not result(replace(lived, right=none)).is_cured
    assert result(replace(lived, right=None)).is_cured


def test_the_conclusion_names_what_did_not_go_well(lived):
    unnamed = result(replace(lived, report=report()))
    told = conclusion([result(lived), unnamed])
    assert told.startswith("1 of 2 failures were produced, named and cured; not so: a-fault.")
