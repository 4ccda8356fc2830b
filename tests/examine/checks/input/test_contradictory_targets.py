from workup.examine.checks.input.contradictory_targets import contradictory_targets
from workup.examine.finding import Severity


def test_the_floor_of_exact_match_is_what_the_commonest_answers_leave(examine, pairs):
    sources = ["the lift is stuck"] * 4 + [f"lamp {n} is out" for n in range(16)]
    targets = ["now", "now", "now", "later"] + ["later"] * 16
    (finding,) = examine(contradictory_targets, train_pairs=pairs(sources, targets))
    assert finding.severity is Severity.NOTE
    assert finding.evidence["best exact match"] == 0.95
    assert finding.evidence["its targets"] == ["now", "later"]


def test_many_contradictions_are_a_warning_in_whatever_case_they_are_written(examine, pairs):
    sources = ["the lift is stuck", "The lift  is stuck", "the lift is stuck"] * 5
    targets = ["now", "later", "never"] * 5
    (finding,) = examine(contradictory_targets, train_pairs=pairs(sources, targets))
    assert finding.severity is Severity.WARNING
    assert finding.evidence["best exact match"] == round(1 / 3, 4)


def test_numbers_make_another_text(examine, pairs):
    assert not examine(contradictory_targets, train_pairs=pairs(["2 + 3", "4 + 5"], ["5", "9"]))


def test_copies_with_one_answer_do_not_contradict(examine, pairs):
    sources, targets = ["a ripe lemon", "A ripe  lemon"], ["yellow", "Yellow "]
    assert not examine(contradictory_targets, train_pairs=pairs(sources, targets))


def test_a_task_that_lives_on_case_does_not_contradict(examine, pairs):
    sources, targets = ["Polish the table", "polish the table"], ["a people", "a verb"]
    assert not examine(contradictory_targets, train_pairs=pairs(sources, targets))
