from workup.examine.checks.input.one_target_dominates import one_target_dominates
from workup.examine.finding import Severity
from workup.examine.subject import Generated


def rows(pairs, right, wrong):
    targets = ["true"] * right + ["false"] * wrong
    return pairs([f"is {n} odd" for n in range(len(targets))], targets)


def answers(texts, expected):
    return [Generated("is it", (5, 1), text, e) for text, e in zip(texts, expected, strict=True)]


def test_a_model_that_gives_only_the_commonest_answer_has_learned_the_imbalance(examine, pairs):
    generated = answers(["true"] * 10, ["true"] * 8 + ["false"] * 2)
    (finding,) = examine(one_target_dominates, train_pairs=rows(pairs, 979, 21), generated=generated)
    assert finding.severity is Severity.ERROR
    assert "'true' is the target of 979 of 1000 training rows (97.9%)" in finding.summary
    assert "10 of 10 answers, 2 of which should be another" in finding.summary


def test_without_answers_the_imbalance_alone_is_a_warning(examine, pairs):
    (finding,) = examine(one_target_dominates, train_pairs=rows(pairs, 979, 21))
    assert finding.severity is Severity.WARNING


def test_a_probe_that_expects_only_the_commonest_answer_proves_nothing(examine, pairs):
    generated = answers(["true"] * 10, ["true"] * 10)
    (finding,) = examine(one_target_dominates, train_pairs=rows(pairs, 85, 15), generated=generated)
    assert finding.severity is Severity.NOTE


def test_a_model_that_gives_the_rare_answer_too_has_coped(examine, pairs):
    generated = answers(["true"] * 8 + ["false"] * 2, ["true"] * 8 + ["false"] * 2)
    (finding,) = examine(one_target_dominates, train_pairs=rows(pairs, 979, 21), generated=generated)
    assert finding.severity is Severity.NOTE


def test_a_model_that_gives_it_three_times_as_often_as_is_expected_has_not(examine, pairs):
    expected = ["true"] * 2 + ["false"] * 8
    generated = answers(["true"] * 6 + ["false"] * 4, expected)
    (finding,) = examine(one_target_dominates, train_pairs=rows(pairs, 979, 21), generated=generated)
    assert finding.severity is Severity.WARNING


def test_targets_in_balance_are_sound_whatever_the_model_says(examine, pairs):
    generated = answers(["true"] * 10, ["true"] * 5 + ["false"] * 5)
    assert not examine(one_target_dominates, train_pairs=rows(pairs, 60, 40), generated=generated)


def test_a_handful_of_rows_is_no_distribution(examine, pairs):
    assert not examine(one_target_dominates, train_pairs=rows(pairs, 9, 1))
