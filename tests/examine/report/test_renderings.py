import io
import json

from rich.console import Console

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.report.as_json import to_json
from workup.examine.report.terminal import show
from workup.examine.runner import run
from workup.examine.subject import Subject


@check("TRA901", "training")
def high_loss(log):
    """The loss is high."""
    if log[-1]["loss"] > 5:
        return Finding(
            Severity.ERROR,
            "the loss ends at 9.0",
            Remedy("train with a lower rate", change={"training.learning_rate": 1e-4}, code="lr = 1e-4"),
            {"loss": float("nan"), "steps": (1, 2)},
            harm="every answer is the same",
            place="train.py:12",
        )
    return None


@check("MOD901", "model")
def small(model):
    """The model is small."""


@check("ENV901", "environment")
def broken(versions):
    """It breaks."""
    raise ValueError("ours")


def printed(report):
    console = Console(width=100, record=True, file=io.StringIO())
    show(report, console)
    return console.export_text()


def test_a_finding_shows_its_code_its_numbers_and_what_to_do():
    text = printed(run(Subject(log=[{"loss": 9.0}]), [high_loss], {}))
    for told in (
        "error TRA901 (training) the loss ends at 9.0.",
        "train with a lower rate",
        "recipe: training.learning_rate: 0.0001",
        "lr = 1e-4",
        "every answer is the same",
        "train.py:12",
    ):
        assert told in text


def test_a_sound_fine_tune_is_a_board_and_one_line():
    text = printed(run(Subject(log=[{"loss": 1.0}]), [high_loss], {}))
    assert "1 checks found nothing." in text
    assert len(text.strip().splitlines()) <= 3


def test_what_was_not_checked_is_said_with_what_would_make_it_possible():
    text = printed(run(Subject(), [high_loss, small], {}))
    assert "Nothing could be checked." in text
    assert "1 for want of the model" in text


def test_our_own_fault_is_not_blamed_on_the_user():
    text = printed(run(Subject(), [broken], {}))
    assert "ENV901 failed itself, which is our fault and not yours: ValueError: ours" in text


def test_the_json_holds_everything_as_plain_values():
    tree = to_json(run(Subject(log=[{"loss": 9.0}]), [high_loss, small, broken], {}))
    assert json.loads(json.dumps(tree, allow_nan=False)) == tree
    (finding,) = tree["findings"]
    assert (finding["check"], finding["severity"], finding["stage"]) == ("TRA901", "error", "training")
    assert finding["evidence"] == {"loss": "nan", "steps": [1, 2]}
    assert finding["remedy"]["change"] == {"training.learning_rate": 1e-4}
    assert [skipped["part"] for skipped in tree["skipped"]] == ["model"]
    assert tree["broken"] == [{"check": "ENV901", "error": "ValueError: ours"}]
    assert tree["exit_status"] == 1
