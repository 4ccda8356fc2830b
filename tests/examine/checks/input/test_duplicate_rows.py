from workup.examine.checks.input.duplicate_rows import duplicate_rows
from workup.examine.finding import Severity


def test_a_join_that_doubles_rows_is_found(examine, pairs):
    rows = pairs([f"shelf {n}" for n in range(50)], ["red", "green"] * 25)
    (finding,) = examine(duplicate_rows, train_pairs=[*rows, *rows])
    assert finding.severity is Severity.WARNING
    assert finding.summary == "50 of 100 training rows (50.0%) are copies of an earlier one"


def test_some_copies_are_noted(examine, pairs):
    rows = pairs([f"shelf {n}" for n in range(50)], ["red", "green"] * 25)
    (finding,) = examine(duplicate_rows, train_pairs=[*rows, *rows[:3]])
    assert finding.severity is Severity.NOTE


def test_rare_targets_repeated_on_purpose_are_only_noted(examine, pairs):
    common = pairs([f"shelf {n}" for n in range(40)], ["red"] * 40)
    rare = pairs([f"rack {n}" for n in range(4)], ["green"] * 4)
    (finding,) = examine(duplicate_rows, train_pairs=[*common, *rare * 10])
    assert finding.severity is Severity.NOTE
    assert "more even" in finding.summary


def test_rows_that_differ_in_a_number_or_in_their_target_are_no_copies(examine, pairs):
    rows = pairs([f"{n} + 1" for n in range(50)], ["odd", "even"] * 25)
    assert not examine(duplicate_rows, train_pairs=[*rows, *pairs(["0 + 1"], ["one"])])
