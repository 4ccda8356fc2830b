import copy
import dataclasses

import pytest
import torch

from workup.examine.checks.generation.generating_in_training_mode import (
    generating_in_training_mode as check,
)
from workup.examine.finding import Severity
from workup.examine.subject import Generated

ANSWERED = [Generated("a sky", (0, 5, 1), "blue", "blue")]


def with_dropout(subject, rate):
    model = copy.deepcopy(subject.model)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = rate
    return dataclasses.replace(subject, model=model.train())


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def test_answers_that_change_with_every_run_are_found(examined, says_again):
    (finding,) = examined(check, with_dropout(says_again, 0.4), generated=ANSWERED)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["differ between two runs"] > 0
    assert finding.evidence["right with dropout"] < finding.evidence["right without"]
    assert finding.remedy.code == "model.eval()"


def test_dropout_that_changes_no_answer_of_the_batch_is_a_warning(examined, says_again):
    (finding,) = examined(check, with_dropout(says_again, 1e-6), generated=ANSWERED)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["differ from those without dropout"] == 0


def test_a_family_that_calls_dropout_as_a_function_is_looked_at_too(examined, bart_says_again):
    model = copy.deepcopy(bart_says_again.model)
    for module in model.modules():
        if isinstance(getattr(module, "dropout", None), float):
            module.dropout = 0.4
    model.config.dropout = 0.4
    (finding,) = examined(check, bart_says_again, model=model.train(), generated=ANSWERED)
    assert "dropout 0.4" in finding.summary


def test_the_mode_of_the_model_is_left_as_it_was(examined, says_again):
    subject = with_dropout(says_again, 0.4)
    examined(check, subject, generated=ANSWERED)
    assert all(module.training for module in subject.model.modules())


def test_a_model_in_evaluation_mode_is_sound(examined, says_again):
    subject = with_dropout(says_again, 0.4)
    subject.model.eval()
    assert not examined(check, subject, generated=ANSWERED)


def test_training_mode_without_dropout_changes_nothing(examined, says_again):
    assert not examined(check, with_dropout(says_again, 0.0), generated=ANSWERED)


def test_a_model_that_is_only_being_trained_may_be_in_training_mode(examined, says_again):
    assert not examined(check, with_dropout(says_again, 0.4))


def test_where_answers_are_drawn_dropout_is_not_judged(examined, says_again):
    subject = with_dropout(says_again, 0.4)
    assert not examined(check, subject, generated=ANSWERED, generation={"do_sample": True})
