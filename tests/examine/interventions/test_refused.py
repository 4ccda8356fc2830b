"""What could not be saved, called or decoded: again without the remedy, and not with it."""

import numpy as np
import pytest

from workup.examine.crashes.scene import headline
from workup.examine.subject import FailedCall, Generated


@pytest.fixture
def trained(workshop):
    """A fine-tune that has been answering: what it says does not matter here."""
    answers = [Generated(pair.source, (0, 1), "", pair.target) for pair in workshop.colours[:6]]
    return lambda **parts: workshop.subject(generated=answers, **parts)


def saving_of(model, folder):
    """The error that ends the saving, in one line."""
    with pytest.raises(ValueError, match="config") as caught:
        model.save_pretrained(folder)
    return headline(caught.value)


def test_settings_at_odds_are_proved_by_saving_without_them(workshop, trained, tried, tmp_path):
    model = workshop.model
    model.generation_config.temperature = 0.7
    error = saving_of(model, tmp_path)
    outcome = tried("CRA055", trained(model=model), error=error, **{"at odds": ["temperature"]})
    assert outcome.verdict == "confirmed", outcome
    assert outcome.steps == outcome.steps_with == 0
    assert model.generation_config.temperature == 0.7, "the user's own may not change"


def test_settings_that_stay_at_odds_for_another_reason_are_not_mended(workshop, trained, tried, tmp_path):
    model = workshop.model
    model.generation_config.temperature = 0.7
    model.generation_config.early_stopping = True
    error = saving_of(model, tmp_path)
    outcome = tried("CRA055", trained(model=model), error=error, **{"at odds": ["temperature"]})
    assert outcome.verdict == "no effect", outcome


def test_a_length_in_the_models_config_is_proved_by_saving_it_elsewhere(workshop, trained, tried, tmp_path):
    model = workshop.model
    model.config.max_length = 30
    error = saving_of(model, tmp_path)
    outcome = tried("CRA056", trained(model=model), error=error, **{"in model.config": {"max_length": 30}})
    assert outcome.verdict == "confirmed", outcome
    assert outcome.what == "max_length=30 in the generation config"


def test_a_length_in_the_models_config_is_proved_by_answering_with_it_elsewhere(workshop, trained, tried):
    model = workshop.model
    model.config.max_length = 30
    given = dict(workshop.tokenizer(["some coal"], return_tensors="pt"))
    with pytest.raises(ValueError, match="modified the pretrained model configuration") as caught:
        model.generate(**given)
    error, subject = headline(caught.value), trained(model=model, failed_call=FailedCall(model, given))
    outcome = tried("CRA056", subject, error=error, **{"in model.config": {"max_length": 30}})
    assert outcome.verdict == "confirmed", outcome


def test_an_argument_that_nobody_knows_is_left_out(workshop, trained, tried):
    model, tokenizer = workshop.model, workshop.tokenizer
    given = tokenizer(["some coal"], return_tensors="pt")
    given["token_type_ids"] = given["attention_mask"]
    with pytest.raises(ValueError, match="model_kwargs") as caught:
        model.generate(**given)
    subject = trained(model=model, failed_call=FailedCall(model, dict(given)))
    outcome = tried("CRA053", subject, error=headline(caught.value), unused=["token_type_ids"])
    assert outcome.verdict == "confirmed", outcome
    still = trained(model=model, failed_call=FailedCall(model, {**given, "max_new_token": 4}))
    outcome = tried("CRA053", still, error="ValueError: the model cannot answer", unused=["max_new_token"])
    assert outcome.verdict == "undecided", outcome


def test_a_misspelt_argument_is_given_by_its_right_name(workshop, trained, tried):
    model = workshop.model
    call = FailedCall(model, {"input_ids": workshop.tokenizer(["coal"], return_tensors="pt")["input_ids"]})
    call.arguments["max_new_token"] = 4
    with pytest.raises(ValueError, match="model_kwargs") as caught:
        model.generate(**call.arguments)
    subject = trained(model=model, failed_call=call, eval_pairs=None, train_pairs=None)
    outcome = tried(
        "CRA053", subject, error=headline(caught.value), unused=["max_new_token"], nearest="max_new_tokens"
    )
    assert outcome.verdict == "confirmed", outcome
    assert outcome.what == "max_new_tokens in place of max_new_token"


def metric_parts(workshop, compute_metrics):
    return {
        "compute_metrics": compute_metrics,
        "eval_rows": workshop.rows(workshop.colours[:8]),
        "arguments": workshop.arguments(predict_with_generate=True),
    }


def test_a_metric_that_decodes_ignored_labels_is_given_pads(workshop, trained, tried):
    tokenizer = workshop.tokenizer

    def compute_metrics(prediction):
        said, wanted = (tokenizer.batch_decode(ids, skip_special_tokens=True) for ids in prediction)
        return {"exact_match": np.mean([a == b for a, b in zip(said, wanted, strict=True)])}

    subject = trained(**metric_parts(workshop, compute_metrics))
    with pytest.raises(OverflowError) as caught:
        tokenizer.batch_decode(np.array([[5, -100]]))
    outcome = tried("CRA061", subject, error=headline(caught.value))
    assert outcome.verdict == "confirmed", outcome


def test_a_metric_that_fails_for_another_reason_fails_with_pads_too(workshop, trained, tried):
    def compute_metrics(prediction):
        raise ValueError("of 5 rows none is right")

    subject = trained(**metric_parts(workshop, compute_metrics))
    outcome = tried("CRA061", subject, error="ValueError: of 8 rows none is right")
    assert (outcome.verdict, outcome.reason) == ("no effect", "the same error comes with it"), outcome


def test_a_metric_that_raises_nothing_has_no_experiment(workshop, trained, tried):
    subject = trained(**metric_parts(workshop, lambda prediction: {"exact_match": 0.5}))
    assert "does not say what would have to be changed" in tried("OUT010", subject).told
