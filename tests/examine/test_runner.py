import torch

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.runner import run
from workup.examine.subject import Subject

FAULT = Finding(Severity.ERROR, "the loss is 9", Remedy("train less"))


@check("TRA901", "training")
def high_loss(log):
    """The loss is high."""
    return FAULT if log[-1]["loss"] > 5 else None


@check("TRA902", "training", after=["TRA901"])
def high_loss_again(log):
    """The same, seen from another side."""
    return FAULT


@check("GEN901", "generation", explains=["OUT901"])
def odd_setting(log):
    """A setting is odd."""
    return Finding(Severity.WARNING, "the setting is odd", Remedy("leave it out"))


@check("OUT901", "output")
def nonsense(log):
    """The output is nonsense."""
    return high_loss.function(log)


@check("MOD901", "model")
def broken(versions):
    """A check with a fault of its own."""
    raise ZeroDivisionError("ours")


@check("ENV901", "environment")
def careless(versions):
    """A check that draws random numbers."""
    torch.manual_seed(1)


def report(*checks, **parts):
    return run(Subject(**parts), checks, {})


def states(made):
    return {standing.stage: standing.state for standing in made.board()}


def test_a_finding_carries_the_code_and_the_stage_of_its_check():
    (finding,) = report(high_loss, log=[{"loss": 9}]).findings
    assert (finding.code, finding.stage) == ("TRA901", "training")


def test_one_cause_gives_one_finding():
    made = report(high_loss, high_loss_again, log=[{"loss": 9}])
    assert [finding.code for finding in made.findings] == ["TRA901"]
    assert made.skipped[0].reason == "its cause would be that of TRA901"
    healthy = report(high_loss, high_loss_again, log=[{"loss": 1}])
    assert [finding.code for finding in healthy.findings] == ["TRA902"]


def test_a_finding_whose_cause_is_found_later_is_left_out():
    made = report(high_loss_again, high_loss, log=[{"loss": 9}])
    assert [finding.code for finding in made.findings] == ["TRA901"]
    assert [skipped.check.code for skipped in made.skipped] == ["TRA902"]
    assert [check.code for check in made.done] == ["TRA901"]


def test_a_warning_that_explains_an_error_in_the_output_has_done_harm():
    made = report(odd_setting, nonsense, log=[{"loss": 9}])
    assert [finding.severity for finding in made.findings] == [Severity.ERROR, Severity.ERROR]
    assert made.findings[0].harm == "explains OUT901"
    alone = report(odd_setting, nonsense, log=[{"loss": 1}])
    assert [(finding.code, finding.severity) for finding in alone.findings] == [("GEN901", Severity.WARNING)]
    unexplained = report(odd_setting, high_loss, log=[{"loss": 9}])
    assert unexplained.findings[0].severity is Severity.WARNING


def test_a_check_without_its_parts_is_not_made_and_says_what_it_needs():
    made = report(high_loss)
    assert not made.done
    assert (made.skipped[0].part, made.exit_status) == ("log", 2)
    assert "the log history of the training" in made.skipped[0].reason


def test_a_check_that_fails_is_reported_and_the_others_are_made():
    made = report(broken, high_loss, log=[{"loss": 1}])
    assert made.broken[0].error == "ZeroDivisionError: ours"
    assert [one.code for one in made.done] == ["TRA901"]
    assert made.exit_status == 0


def test_checks_do_not_move_the_random_state():
    before = torch.get_rng_state()
    report(careless)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_board_shows_every_stage_and_the_exit_status_its_worst():
    made = report(careless, high_loss, broken, log=[{"loss": 9}])
    assert list(states(made))[:2] == ["environment", "input"]
    assert states(made)["environment"] == "sound"
    assert states(made)["training"] == "error"
    assert states(made)["model"] == states(made)["input"] == "not checked"
    assert made.exit_status == 1
