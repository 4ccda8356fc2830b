"""Weights, modes and pads: what a model is loaded with, trained in and asked with."""

from dataclasses import replace

import pytest
from transformers import AutoModelForSeq2SeqLM

from workup.examine.gather.from_run import of_run


@pytest.fixture(scope="module")
def learned(learned_run):
    subject = of_run(learned_run.folder)
    return replace(subject, generation={**subject.generation, "num_beams": 1})


def wrapped(model, prefix="module."):
    return {f"{prefix}{name}": weight for name, weight in model.state_dict().items()}


@pytest.mark.parametrize("code", ["MOD009", "MOD015"])
def test_weights_under_a_wrappers_names_are_proved_by_loading_them(learned, tiny_t5, tried, code):
    base = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
    outcome = tried(code, replace(learned, model=base, refused_weights=wrapped(learned.model)))
    assert outcome.verdict == "confirmed", outcome
    assert "'module.'" in outcome.what


def test_the_same_weights_under_other_names_change_nothing(learned, tried):
    outcome = tried("MOD009", replace(learned, refused_weights=wrapped(learned.model)))
    assert outcome.verdict == "no effect", outcome


def test_names_of_another_model_fit_under_no_prefix(learned, tried):
    other = {f"other.{number}": None for number in range(3)}
    assert "does not say what would" in tried("MOD009", replace(learned, refused_weights=other)).told


def test_training_without_dropout_does_nothing_where_there_is_none(workshop, tried):
    subject = workshop.subject(arguments=workshop.arguments(max_steps=20))
    assert tried("TRA015", subject).verdict == "no effect"


def test_pads_on_the_left_of_a_model_that_counts_positions_are_proved(bart_workshop, tried):
    tokenizer = bart_workshop.tokenizer
    tokenizer.padding_side = "left"
    # Short targets are learned behind as many pads as long ones have words; answers begin without pads.
    pairs = [
        replace(pair, target=f"{pair.target} from an old book in the north") if number % 8 < 4 else pair
        for number, pair in enumerate(bart_workshop.colours)
    ]
    arguments = bart_workshop.arguments(max_steps=200)
    subject = bart_workshop.subject(
        pairs, pairs, tokenizer=tokenizer, arguments=arguments, generation={"max_new_tokens": 16}
    )
    subject.collator.tokenizer = tokenizer
    outcome = tried("BAT014", subject)
    assert outcome.verdict == "confirmed", outcome
    assert tokenizer.padding_side == "left"


def test_pads_on_the_left_do_a_t5_no_harm(workshop, tried):
    tokenizer = workshop.tokenizer
    tokenizer.padding_side = "left"
    subject = workshop.subject(tokenizer=tokenizer)
    subject.collator.tokenizer = tokenizer
    assert tried("BAT014", subject).verdict == "no effect"
