import pytest
from sklearn.model_selection import train_test_split

from workup.examine.checks.input.evaluation_rows_in_training import evaluation_rows_in_training
from workup.examine.finding import Severity


@pytest.fixture
def rows(pairs):
    return pairs([f"what lies on shelf {n}?" for n in range(100)], ["pens", "ink"] * 50)


def test_a_test_picked_from_the_training_rows_is_found(examine, rows):
    (finding,) = examine(evaluation_rows_in_training, train_pairs=rows, eval_pairs=rows[10:15])
    assert finding.severity is Severity.ERROR
    assert finding.summary.startswith(
        "5 of 5 evaluation rows (100%) have a source that was trained on, 5 with"
    )


def test_copies_that_differ_in_case_and_marks_are_found(examine, pairs, rows):
    copies = pairs([row.source.upper().replace("?", " !") for row in rows[:4]], ["chalk"] * 4)
    (finding,) = examine(evaluation_rows_in_training, train_pairs=rows[:40], eval_pairs=[*rows[40:], *copies])
    assert finding.severity is Severity.WARNING
    assert finding.evidence["of these exactly equal"] == 0
    assert finding.evidence["of these with the same target"] == 0


def test_where_only_a_part_of_the_training_rows_is_looked_at_the_share_is_estimated(examine, pairs):
    train = pairs([f"what lies on shelf {n}?" for n in range(100_000)], ["pens", "ink"] * 50_000)
    (finding,) = examine(evaluation_rows_in_training, train_pairs=train, eval_pairs=train[:2000])
    assert finding.severity is Severity.ERROR
    assert finding.evidence["share"] == 0.2
    assert finding.evidence["share estimated"] == 1.0
    assert "about 100% among all 100000" in finding.summary


def test_an_honest_split_is_sound_though_numbers_are_all_that_differs(examine, rows):
    train, test = train_test_split(rows, random_state=0)
    assert not examine(evaluation_rows_in_training, train_pairs=train, eval_pairs=test)


def test_sources_that_repeat_by_nature_are_a_warning_at_most(examine, pairs):
    train = pairs(["yes", "no", "perhaps", "never"] * 25, ["1", "2", "3", "4"] * 25)
    test = pairs(["yes", "no", "always"] * 5, ["1", "2", "5"] * 5)
    (finding,) = examine(evaluation_rows_in_training, train_pairs=train, eval_pairs=test)
    assert finding.severity is Severity.WARNING


def test_texts_of_marks_alone_are_compared_as_they_are(examine, pairs):
    train, test = pairs(["?!", "..."], ["a", "b"]), pairs(["!?"], ["a"])
    assert not examine(evaluation_rows_in_training, train_pairs=train, eval_pairs=test)
