import pytest

from workup.examine.checks.training.evaluation_mode_in_training import evaluation_mode_in_training
from workup.examine.finding import Severity


@pytest.fixture
def with_dropout(tiny_t5):
    from transformers import AutoModelForSeq2SeqLM

    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5, dropout_rate=0.1)


def test_a_loaded_model_that_nobody_set_to_train_is_found(examine, with_dropout):
    (finding,) = examine(evaluation_mode_in_training, model=with_dropout, in_training=True)
    assert finding.severity is Severity.WARNING
    assert "up to 0.1 is off" in finding.summary
    assert finding.evidence["modules of dropout"] > 0


def test_the_dropout_of_a_bart_is_found_in_its_config(examine, bart):
    bart.config.dropout = 0.2
    assert examine(evaluation_mode_in_training, model=bart, in_training=True)


def test_a_model_that_trains_is_sound(examine, with_dropout):
    assert not examine(evaluation_mode_in_training, model=with_dropout.train(), in_training=True)


def test_parts_kept_in_evaluation_mode_on_purpose_are_sound(examine, with_dropout):
    with_dropout.train().encoder.eval()
    assert not examine(evaluation_mode_in_training, model=with_dropout, in_training=True)


def test_a_model_without_dropout_and_one_that_does_not_train_are_sound(examine, with_dropout, t5):
    assert not examine(evaluation_mode_in_training, model=t5, in_training=True)
    assert not examine(evaluation_mode_in_training, model=with_dropout, in_training=False)
    assert not examine(evaluation_mode_in_training, model=with_dropout)
