import pytest

from workup.examine.causes import ranked
from workup.examine.causes.ranking import cause_of
from workup.examine.causes.table import AGAINST, FOLLOWS, LOOKS
from workup.examine.check import by_code
from workup.examine.checks import CATALOGUE
from workup.examine.crashes import CRASHES
from workup.examine.experiment.outcome import Outcome
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.interventions import INTERVENTIONS
from workup.examine.report import Report, Skipped

KNOWN = {check.code for check in CATALOGUE}


def finding(code, severity="error"):
    stage = "training" if code.startswith("CRA") else by_code(CATALOGUE, code).stage
    return Finding(Severity[severity.upper()], f"{code} was found", Remedy("mend"), code=code, stage=stage)


def report(*found, unmade=(), outcomes=()):
    """A report with these findings (a code, or code and severity), in which these checks were not made."""
    findings = tuple(finding(*((one,) if isinstance(one, str) else one)) for one in found)
    done = tuple(check for check in CATALOGUE if check.code not in unmade)
    skipped = tuple(Skipped(by_code(CATALOGUE, code), "needs the log", "log") for code in unmade)
    return Report(findings, done, skipped, (), outcomes=tuple(outcomes))


def codes(found):
    return [one.cause.code for one in found]


def test_the_tables_name_only_checks_and_crashes_that_exist():
    known = KNOWN | {crash.code for crash in CRASHES}
    named = {*FOLLOWS, *AGAINST, *LOOKS, *INTERVENTIONS}
    named |= {code for table in (FOLLOWS, AGAINST) for several in table.values() for code in several}
    assert named <= known, named - known


def test_nothing_follows_from_itself():
    assert [code for code, effects in FOLLOWS.items() if code in effects] == []


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.code)
def test_each_check_names_a_cause_unless_it_only_tells_what_answers_look_like(check):
    cause = cause_of(check)
    assert (cause is None) == (check.code in LOOKS)
    assert cause is None or (cause.says and set(check.explains) <= cause.explains)


def test_a_fault_and_what_follows_from_it_are_one_cause():
    ranking = ranked(report("OUT005", "TOK005"))
    assert codes(ranking.causes) == ["TOK005"]
    assert [one.code for one in ranking.causes[0].explained] == ["OUT005"]
    assert ranking.unexplained == ()


def test_a_lost_source_explains_contradictions_copies_and_constant_answers():
    ranking = ranked(report("OUT006", "TOK003", ("INP002", "warning"), ("INP006", "warning")))
    assert codes(ranking.causes) == ["TOK003"]


def test_two_unrelated_faults_are_both_causes():
    assert set(codes(ranked(report("TOK005", "GEN004", "OUT005")).causes)) == {"TOK005", "GEN004"}


def test_what_ended_the_script_comes_first():
    assert codes(ranked(report("INP002", "TOK008", "CRA046")).causes) == ["TOK008", "INP002"]


def test_a_crash_that_no_check_explains_is_a_cause_of_its_own():
    assert codes(ranked(report("CRA001")).causes) == ["CRA001"]


def test_a_note_names_a_cause_only_where_nothing_else_explains_an_error():
    assert codes(ranked(report(("ENV003", "note"), "OUT002")).causes) == ["ENV003"]
    assert codes(ranked(report(("ENV003", "note"), "OUT002", "BAT003")).causes) == ["BAT003"]
    assert ranked(report(("ENV003", "note"))).causes == ()


def test_what_nothing_explains_is_said_with_what_was_not_checked():
    ranking = ranked(report("OUT004", unmade=["INP009", "TRA003", "GEN001"]))
    assert ranking.causes == ()
    assert [one.code for one in ranking.unexplained] == ["OUT004"]
    assert codes(ranking.suspects) == ["INP009", "TRA003", ""]
    assert "learned-too-little" in [one.cause.label for one in ranking.suspects]


def test_a_check_that_was_made_and_found_nothing_clears_its_cause():
    assert codes(ranked(report("OUT004", unmade=["INP009"])).suspects) == ["INP009", ""]


def test_what_speaks_against_a_cause_makes_it_less_likely():
    both = [("TRA003", "warning"), ("BAT003", "warning"), "OUT001", "OUT005"]
    alone, doubted = ranked(report(*both)), ranked(report(*both, ("TRA012", "warning")))
    assert codes(alone.causes)[0] == "BAT003"
    assert [one.code for c in doubted.causes if c.cause.code == "TRA003" for one in c.against] == ["TRA012"]


def test_the_test_that_tells_two_causes_apart_is_the_cheaper_one():
    ranking = ranked(report("GEN002", "TOK005", "OUT005"))
    assert ranking.test.startswith(INTERVENTIONS["GEN002"].says)
    assert ranking.test.endswith("if OUT005 goes, it was GEN002; if it stays, TOK005")
    assert ranked(report("TOK005", "OUT005")).test == ""


def test_a_confirmed_cause_comes_first_and_one_whose_remedy_did_harm_last():
    found = ("TOK005", "GEN004", "BAT003")
    assert codes(ranked(report(*found)).causes)[0] == "TOK005"
    outcomes = [Outcome("GEN004", "confirmed"), Outcome("TOK005", "worse")]
    assert codes(ranked(report(*found, outcomes=outcomes)).causes) == ["GEN004", "BAT003", "TOK005"]
