from dataclasses import replace

from rich.console import Console

from workup.examine.check import by_code
from workup.examine.checks import CATALOGUE
from workup.examine.experiment.outcome import Outcome
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.report import Report
from workup.examine.report.causes import causes_told
from workup.examine.report.html import render
from workup.examine.report.terminal import show


def report(*codes, outcomes=()):
    findings = [
        Finding(
            Severity.ERROR,
            f"{code} is so",
            Remedy("mend it"),
            code=code,
            stage=by_code(CATALOGUE, code).stage,
        )
        for code in codes
    ]
    return Report(tuple(findings), CATALOGUE, (), (), outcomes=tuple(outcomes))


def printed(made, **told):
    console = Console(width=100, record=True, quiet=False, file=None, highlight=False)
    with console.capture() as captured:
        show(made, console, **told)
    return captured.get()


def test_a_report_whose_findings_say_it_all_has_no_causes_to_tell():
    assert causes_told(report("TOK005")) is None
    assert causes_told(report()) is None
    assert "cause 1" not in printed(report("TOK005"))


def test_what_follows_is_told_with_its_cause_before_the_findings():
    text = printed(report("TOK005", "OUT005"))
    assert "cause 1  TOK005 no-end-token (tokenization), from which OUT005 may follow" in text
    assert text.index("cause 1") < text.index("error TOK005")


def test_what_nothing_explains_is_told():
    assert "no cause found explains OUT004" in printed(report("OUT004"))


def test_an_experiment_is_told_with_its_example_in_the_terminal_and_on_the_page():
    outcome = Outcome(
        "TOK005", "confirmed", "an end token", rows=9, right_before=0, right_after=9, better=9,
        example=("lemon", "red red", "red"), seconds=2.0,
    )  # fmt: skip
    made = report("TOK005", outcomes=[outcome])
    text, page = printed(made), render(made)
    assert "tried   confirmed: an end token, 9 instead of 0 of 9 answers are right" in text
    assert "'lemon': 'red' instead of 'red red'" in text
    assert "Confirmed: an end token" in page or "confirmed: an end token" in page
    assert "“red” instead of “red red”" in page


def test_a_crash_is_told_once_and_its_experiment_beside_the_cause():
    error = "ValueError: expected sequence of length 26 at dim 1 (got 27)"
    crash = Finding(Severity.ERROR, "rows are not padded", Remedy("pad"), {"error": error}, code="CRA040")
    outcome = Outcome(
        "BAT011", "confirmed", "a collator that pads", steps_with=10, planned=240, rows=48, error=error
    )
    made = report("BAT011", outcomes=[outcome])
    made = replace(made, findings=(crash, *made.findings))
    text = " ".join(printed(made, told=crash).split())
    assert "cause 1 BAT011 collator-of-another-family (batching), from which CRA040 may follow" in text
    assert "without the remedy the error comes again at once; with it 10 of 240 steps are made" in text
    assert "rows are not padded" not in text


def test_a_crash_that_no_check_names_is_a_cause_with_its_name():
    crash = Finding(Severity.ERROR, "no column", Remedy("tokenize"), {"error": "x"}, code="CRA034")
    outcome = Outcome("CRA034", "undecided", "all columns", error="x", reason="another error comes")
    text = printed(Report((crash,), (), (), (), outcomes=(outcome,)))
    assert "CRA034 all-columns-unused" in text
    assert "undecided: all columns; another error comes" in text


def test_a_score_that_falls_is_told_as_memory():
    outcome = Outcome("INP006", "confirmed", "rows left out", rows=9, right_before=9, worse=9, flattered=True)
    assert "the score was partly memory" in printed(report("INP006", outcomes=[outcome]))
