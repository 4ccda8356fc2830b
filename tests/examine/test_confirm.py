from dataclasses import replace

import pytest
import torch

from workup.examine.checks import CATALOGUE
from workup.examine.confirm import confirm
from workup.examine.experiment.answering import Answered
from workup.examine.experiment.outcome import compared
from workup.examine.experiment.setup import Question
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.gather.from_run import of_recipe, of_run
from workup.examine.interventions import INTERVENTIONS
from workup.examine.interventions.views import ended, with_pads_masked
from workup.examine.measurements import MEASUREMENTS
from workup.examine.report import Report
from workup.examine.runner import run
from workup.examine.subject import Subject


@pytest.fixture(scope="module")
def learned(learned_run):
    """A run that has learned its task, searched greedily."""
    subject = of_run(learned_run.folder)
    return replace(subject, generation={**subject.generation, "num_beams": 1})


def found(code, **evidence):
    """A report with this one finding."""
    one = Finding(Severity.ERROR, "it was found", Remedy("mend it"), evidence, code=code, stage="model")
    return Report((one,), tuple(check for check in CATALOGUE if check.code == code), (), ())


def outcome_of(report, subject, **settings):
    (outcome,) = confirm(report, subject, **settings).outcomes
    return outcome


def state(model):
    return {name: weight.clone() for name, weight in model.state_dict().items()}


def test_a_least_length_is_found_by_its_check_and_confirmed_by_its_remedy(learned):
    forced = replace(learned, generation={**learned.generation, "min_new_tokens": 6})
    report = confirm(run(forced, [c for c in CATALOGUE if c.code == "GEN002"], MEASUREMENTS), forced)
    (outcome,) = report.outcomes
    assert outcome.verdict == "confirmed", outcome
    assert outcome.is_proof
    assert outcome.right_before < outcome.right_after
    assert outcome.better >= 5
    assert outcome.worse == 0
    assert outcome.example is not None
    assert "instead of" in outcome.told


def test_a_fault_that_does_no_harm_here_has_no_effect(learned):
    outcome = outcome_of(found("GEN003"), learned)
    assert (outcome.verdict, outcome.better, outcome.worse) == ("no effect", 0, 0)
    assert outcome.rows == 6


def test_a_wrong_start_token_is_confirmed_and_the_model_keeps_it(learned):
    config = learned.model.generation_config
    config.decoder_start_token_id = 5
    try:
        outcome = outcome_of(found("MOD002", **{"batch or config": 0}), learned)
        assert config.decoder_start_token_id == 5
    finally:
        config.decoder_start_token_id = 0
    assert outcome.verdict == "confirmed"


def test_targets_without_an_end_are_confirmed_by_two_trainings_that_leave_no_trace(colour_recipe):
    recipe = colour_recipe.change("training.epochs", 40).change("tokens.append_eos", False)
    subject = of_recipe(recipe)
    weights, drawn = state(subject.model), torch.get_rng_state()
    rows = [dict(row) for row in subject.train_rows]
    outcome = outcome_of(found("TOK005"), subject, budget=600)
    assert outcome.verdict == "confirmed", outcome
    assert outcome.steps == outcome.steps_with == outcome.planned
    assert all(torch.equal(weight, weights[name]) for name, weight in subject.model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), drawn)
    assert [dict(row) for row in subject.train_rows] == rows
    assert all(weight.grad is None for weight in subject.model.parameters())


def test_without_the_parts_it_is_said_that_nothing_was_tested():
    outcome = outcome_of(found("GEN003"), Subject(log=[]))
    assert outcome.verdict == "not tested"
    assert "are not all at hand" in outcome.told


def test_a_cause_without_an_experiment_says_so(learned):
    assert "no experiment is known" in outcome_of(found("INP007"), learned).told


def test_a_spent_budget_is_a_reason_and_no_error(learned):
    assert "budget of 0 s is spent" in outcome_of(found("GEN003"), learned, budget=0).told


def test_an_experiment_that_fails_is_a_reason_and_no_error(learned):
    broken = replace(learned, generation={"num_beams": 0})
    outcome = outcome_of(found("GEN003"), broken)
    assert outcome.verdict == "not tested"
    assert "the experiment failed" in outcome.reason


def test_the_watcher_is_told_what_is_tried(learned):
    told = []
    confirm(found("GEN003"), learned, watch=told.append)
    assert told == [INTERVENTIONS["GEN003"].says]


def said(*texts):
    return [Answered(Question("q", "red"), text, ()) for text in texts]


def test_five_rows_for_the_better_confirm_and_four_do_not():
    assert compared("X", "x", said(*["no"] * 5), said(*["red"] * 5)).verdict == "confirmed"
    assert compared("X", "x", said(*["no"] * 4), said(*["red"] * 4)).verdict == "no effect"
    assert compared("X", "x", said(*["red"] * 5), said(*["no"] * 5)).verdict == "worse"


def test_nonsense_that_becomes_other_nonsense_is_no_change():
    outcome = compared("X", "x", said(*["blue blue"] * 9), said(*["blue"] * 9))
    assert (outcome.better, outcome.worse) == (0, 0)


def test_where_nobody_knows_the_answer_an_empty_one_is_worse_than_one_that_looks_sound():
    before = [Answered(Question("what is it", None), "", ()) for _ in range(5)]
    after = [Answered(Question("what is it", None), "red", (7,)) for _ in range(5)]
    assert compared("X", "x", before, after).verdict == "confirmed"


def test_every_intervention_says_what_it_does():
    assert [one.codes for one in INTERVENTIONS.values() if len(one.says) < 10] == []


def test_pads_are_masked_behind_the_text_only_and_an_end_that_is_a_pad_stays():
    batch = {"labels": torch.tensor([[5, 0, 6, 1, 0, 0], [7, 1, 0, 0, 0, 0]])}
    assert with_pads_masked(batch, pad=0, end=1)["labels"].tolist() == [
        [5, 0, 6, 1, -100, -100],
        [7, 1, -100, -100, -100, -100],
    ]
    same = {"labels": torch.tensor([[5, 6, 1, 1], [7, 1, 1, 1]])}
    masked = with_pads_masked(same, pad=1, end=1)["labels"].tolist()
    assert masked == [[5, 6, 1, -100], [7, 1, -100, -100]]
    assert same["labels"].tolist() == [[5, 6, 1, 1], [7, 1, 1, 1]], "the user's batch may not change"


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ([5, 6], [5, 6, 1]),
        ([5, 6, 1], [5, 6, 1]),
        ([5, 0, 0], [5, 1, 0]),
        ([5, -100, -100], [5, 1, -100]),
        ([], [1]),
    ],
)
def test_an_end_is_put_behind_the_last_token(labels, wanted):
    assert ended(labels, pad=0, end=1) == wanted
