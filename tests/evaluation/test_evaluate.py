import math

import pytest

from workup.data.rows import Example
from workup.evaluation.evaluate import evaluate


@pytest.fixture(scope="module")
def evaluation(learned_run):
    return learned_run.evaluate()


def test_a_model_that_learned_the_rule_is_right(evaluation):
    assert evaluation.model.top1.value == 1.0
    assert evaluation.loss < 0.5


def test_every_baseline_learned_from_the_same_rows(evaluation, learned_run):
    assert set(evaluation.baselines) == {"TF-IDF + logistic regression", "nearest training case"}
    assert evaluation.trained_on == len(learned_run.examples.train) == 18


def test_strata_add_up_to_the_whole(evaluation):
    assert sum(a.top1.total for a in evaluation.strata.values()) == len(evaluation.verdicts) == 6


def test_every_verdict_names_its_nearest_training_example(evaluation, learned_run):
    ids = {example.id for example in learned_run.examples.train}
    assert all(verdict.nearest_id in ids and 0 <= verdict.similarity <= 1 for verdict in evaluation.verdicts)


def test_near_copies_are_counted_apart(learned_run):
    row = learned_run.examples.train[0]
    copy = Example("copy", row.source, row.target, row.content.upper(), row.answers, "copy")
    other = Example("other", "name the colour: xyz", "red", "xyz", ("red",), "other")
    result = evaluate(learned_run.predictor, learned_run.examples.train, [copy, other], "two")
    assert [verdict.near_copy for verdict in result.verdicts] == [True, False]
    assert (result.near_copies.top1.total, result.others.top1.total) == (1, 1)
    assert result.near_copies.top1.right == 1, "memory is right where the row was learned"


def test_progress_counts_every_example(learned_run):
    seen = []
    train, validation = learned_run.examples.train, learned_run.examples.validation
    evaluate(learned_run.predictor, train, validation, "v", seen.append)
    assert seen == [1, 2, 3, 4, 5, 6]


def test_the_loss_does_not_depend_on_how_rows_are_batched(learned_run):
    predictor, examples = learned_run.predictor, learned_run.examples.validation
    tokens = [len(predictor.tokenizer(text_target=example.target)["input_ids"]) for example in examples]
    losses = [predictor.loss([example]) for example in examples]
    apart = sum(loss * count for loss, count in zip(losses, tokens, strict=True)) / sum(tokens)
    assert math.isclose(predictor.loss(examples), apart, rel_tol=1e-4)


def test_the_json_form_is_complete(evaluation):
    plain = evaluation.to_json()
    assert plain["examples"] == 6
    assert plain["model"]["top1"]["low"] <= plain["model"]["top1"]["value"] <= plain["model"]["top1"]["high"]
    assert plain["memory"]["threshold"] == 0.8
    assert plain["verdicts"][0]["answers"]
