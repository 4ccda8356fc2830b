import io

import pytest
from rich.console import Console

from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.report.terminal import finding, show


def printed(report, width=100, **options):
    console = Console(width=width, file=io.StringIO(), highlight=False)
    show(report, console, **options)
    return console.file.getvalue()


def test_a_finding_shows_its_code_its_numbers_and_what_to_do(faulty):
    text = printed(faulty)
    for told in (
        "error TRA901 (training) the loss ends at 9.0 <nats>.",
        "at      train.py:12",
        "harm    every answer is the same",
        "remedy  train with a lower rate",
        "code    lr = 1e-4",
    ):
        assert told in text


def test_a_finding_on_a_recipe_shows_the_command_that_mends_it(faulty):
    text = printed(faulty, command="workup train recipe.yaml --set seed=1")
    assert "run     workup train recipe.yaml --set seed=1 --set training.learning_rate=0.0001" in text
    assert "lr = 1e-4" not in text


def test_a_script_is_not_told_to_change_a_recipe():
    remedy = Remedy("raise the limit", change={"tokens.target_length": 32})
    console = Console(file=io.StringIO())
    console.print(finding(Finding(Severity.NOTE, "targets are cut", remedy, code="TOK904")))
    assert "--set" not in console.file.getvalue()


def test_a_sound_fine_tune_is_a_board_and_one_line(sound):
    lines = printed(sound).splitlines()
    assert lines[-1] == "  2 checks found nothing."
    assert len(lines) == 3


@pytest.mark.parametrize("width", [60, 80, 200])
def test_nothing_is_wider_than_the_terminal_and_no_stage_is_left_out(faulty, width):
    text = printed(faulty, width)
    assert max(map(len, text.splitlines())) <= width
    for stage in ("environment", "input", "tokenization", "batching", "model", "generation", "output"):
        assert stage in text


def test_a_long_text_goes_on_below_its_own_beginning():
    console = Console(width=40, file=io.StringIO())
    console.print(finding(Finding(Severity.NOTE, "word " * 20, Remedy("rest"), code="TOK901")))
    _, second, *_ = console.file.getvalue().splitlines()
    assert second.startswith(" " * len("  note TOK901 ") + "word")


def test_piped_output_keeps_every_finding_whole_on_one_line():
    console = Console(width=40, file=io.StringIO(), soft_wrap=True)
    console.print(finding(Finding(Severity.NOTE, "word " * 20 + "end", Remedy("rest"), code="TOK901")))
    assert "word " * 20 + "end." in console.file.getvalue()


def test_what_was_not_checked_is_said_with_what_would_make_it_possible(unchecked):
    text = printed(unchecked, advice="Train it first.")
    assert "Nothing could be checked." in text
    assert "2 for want of the log history of the training; 1 for want of the model" in " ".join(text.split())
    assert text.endswith("Train it first.\n")


def test_our_own_fault_is_not_blamed_on_the_user(faulty):
    assert "ENV901 failed itself, which is our fault and not yours: ValueError: ours" in printed(faulty)
