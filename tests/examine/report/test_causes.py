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


def printed(made):
    console = Console(width=100, record=True, quiet=False, file=None, highlight=False)
    with console.capture() as captured:
        show(made, console)
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
