import random

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.errors import DataError
from workup.examine.finding import STAGES
from workup.examine.trace import trace_example
from workup.examine.trace.pieces import Pieces

SOURCE = "name the colour: a lemon from the market"


def departed(trace, stage):
    """What the first departure says; it must be at this stage."""
    first = trace.first_departure
    assert first is not None, "nothing departs"
    assert first.stage == stage, trace.conclusion
    return first.departures[0]


def texts(trace, stage, strip, line):
    """The cells of a line."""
    found = next(one for one in trace.step(stage).strips if one.name == strip)
    return [cell.text for cell in next(one for one in found.lines if one.name == line).cells]


def test_a_healthy_example_departs_nowhere_and_passes_every_stage_in_order(follow):
    trace = follow()
    assert trace.first_departure is None
    assert trace.right is True
    assert [step.stage for step in trace.steps] == [stage for stage in STAGES if stage != "environment"]
    assert [step.state for step in trace.steps] == ["kept"] * 6 + ["shown"]
    assert not any(step.unchecked for step in trace.steps)


def test_each_stage_shows_what_it_hands_on(follow, predictor, target):
    trace, n = follow(), len(target)
    pieces = [Pieces(predictor.tokenizer).text(token) for token in target]
    assert pieces[-1] == "</s>"
    assert texts(trace, "tokenization", "target", "pieces") == pieces
    assert texts(trace, "batching", "decoder", "labels") == [*pieces, "·", "·", "·"]
    assert texts(trace, "batching", "decoder", "decoder input")[: n + 1] == ["<pad>", *pieces]
    assert texts(trace, "training", "loss", "model says") == [*pieces, "·", "·", "·"]
    assert texts(trace, "generation", "answer", "says") == ["<pad>", *pieces]
    assert ("said", "yellow") in trace.step("output").facts


def test_the_mask_is_shown_beside_the_pads_of_a_longer_row(follow):
    mask = texts(follow(), "batching", "encoder", "mask")
    pieces = texts(follow(), "batching", "encoder", "input ids")
    assert "<pad>" in pieces
    assert mask == ["0" if piece == "<pad>" else "1" for piece in pieces]


def test_a_family_whose_start_and_end_are_one_token_departs_nowhere(tiny_bart):
    model, tokenizer = (
        AutoModelForSeq2SeqLM.from_pretrained(tiny_bart),
        AutoTokenizer.from_pretrained(tiny_bart),
    )
    trace = trace_example(model, tokenizer, None, "a lemon", "yellow", {"max_new_tokens": 4}, trained=False)
    assert trace.first_departure is None
    assert trace.right is None
    assert trace.step("generation").unchecked


def test_a_missing_prefix_departs_at_input(follow):
    found = departed(follow(source="a lemon from the market"), "input")
    assert "does not begin with 'name the colour: '" in found.departure


def test_a_text_that_does_not_reach_the_source_departs_at_input(follow):
    assert "never reads it" in departed(follow(text="a cherry from the market"), "input").departure


def test_a_tokenizer_without_end_token_departs_at_tokenization(follow, predictor):
    predictor.tokenizer.eos_token = None
    assert "no end token" in departed(follow(), "tokenization").departure


def test_a_source_that_is_cut_departs_at_tokenization_and_shows_what_is_lost(follow, predictor):
    length = len(predictor.tokenizer(SOURCE)["input_ids"])
    trace = follow(tokens=predictor.recipe.tokens.model_copy(update={"source_length": length - 2}))
    found = departed(trace, "tokenization")
    assert found.departure == f"the source is cut: it loses 2 of its {length - 1} tokens"
    assert texts(trace, "tokenization", "source", "pieces")[found.positions[0]] == "▁from"
    assert texts(trace, "tokenization", "cut source", "pieces") == ["▁the", "▁market"]


def test_a_target_that_is_cut_departs_at_tokenization(follow, predictor):
    long = "yellow yellow yellow yellow"
    length = len(predictor.tokenizer(text_target=long)["input_ids"])
    tokens = predictor.recipe.tokens.model_copy(update={"target_length": 3})
    found = departed(follow(target=long, tokens=tokens), "tokenization")
    assert found.departure == f"the target is cut: it loses {length - 3} of its {length - 1} tokens"


def test_a_target_without_its_end_departs_at_tokenization(follow, predictor):
    tokens = predictor.recipe.tokens.model_copy(update={"append_eos": False})
    assert "target does not end" in departed(follow(tokens=tokens), "tokenization").departure


def test_pads_that_a_collator_keeps_in_the_labels_depart_at_batching(follow, collate, target):
    def keeping_pads(rows):
        batch = collate(rows)
        return {**batch, "labels": batch["labels"].masked_fill(batch["labels"] < 0, 0)}

    found = departed(follow(collator=keeping_pads), "batching")
    assert found.departure == "the loss counts 3 pads in the labels; they must be -100"
    assert (found.strip, found.positions) == ("decoder", tuple(range(len(target), len(target) + 3)))


def test_pads_that_the_recipe_keeps_in_the_labels_depart_at_batching_and_drown_the_loss(
    follow, predictor, target
):
    padded = {"padding": "max_length", "mask_label_pads": False}
    trace = follow(tokens=predictor.recipe.tokens.model_copy(update=padded))
    pads = 16 - len(target)
    assert f"counts {pads} pads" in departed(trace, "batching").departure
    assert f"{pads} of the 16 labels in the loss are pads" in trace.step("training").departures[0].departure


def test_padding_to_a_fixed_length_departs_nowhere_where_the_pads_are_ignored(follow, predictor):
    trace = follow(tokens=predictor.recipe.tokens.model_copy(update={"padding": "max_length"}))
    assert trace.first_departure is None


def test_labels_as_decoder_input_depart_at_batching(follow, collate, target):
    def feeding_labels(rows):
        batch = collate(rows)
        return {**batch, "decoder_input_ids": batch["labels"].masked_fill(batch["labels"] < 0, 0)}

    found = departed(follow(collator=feeding_labels), "batching")
    assert found.departure.startswith("the decoder is given the labels themselves")
    assert found.positions == tuple(range(len(target)))


def test_a_mask_that_ignores_the_pads_departs_at_batching(follow, collate):
    def all_ones(rows):
        batch = collate(rows)
        return {**batch, "attention_mask": torch.ones_like(batch["input_ids"])}

    assert departed(follow(collator=all_ones), "batching").departure == "the mask shows 3 pads as text"


def test_a_batch_without_a_mask_departs_at_batching(follow, collate):
    def without(rows):
        return {name: value for name, value in collate(rows).items() if name != "attention_mask"}

    assert "there is no mask" in departed(follow(collator=without), "batching").departure


def test_a_collator_that_fails_departs_at_batching_and_the_answer_is_still_shown(follow, predictor, target):
    row = {**predictor.tokenizer(SOURCE), "labels": target, "text": "a lemon"}
    trace = follow(row=row)
    assert "the collator fails with ValueError" in departed(trace, "batching").departure
    assert trace.step("training").state == "not checked"
    assert trace.step("output").facts


def test_a_batch_that_lost_its_labels_departs_at_batching(follow, collate):
    def without(rows):
        batch = collate(rows)
        return {name: batch[name] for name in ("input_ids", "attention_mask")}

    assert "no labels" in departed(follow(collator=without), "batching").departure


@pytest.mark.parametrize("before", [0, 300])
def test_labels_that_are_not_the_targets_ids_depart_at_batching(follow, predictor, target, before):
    row = {**predictor.tokenizer(SOURCE), "labels": [before, *target]}
    found = departed(follow(row=row), "batching")
    assert found.departure == "the labels are not the target's ids"
    assert found.positions == (0,)


def test_a_row_without_a_label_that_counts_departs_at_batching(follow, collate):
    def ignoring(rows):
        batch = collate(rows)
        return {**batch, "labels": torch.full_like(batch["labels"], -100)}

    trace = follow(collator=ignoring)
    assert departed(trace, "batching").departure == "no label counts in the loss"
    assert trace.step("training").state == "not checked"


def test_another_start_token_in_generation_departs_at_model(follow, predictor):
    predictor.model.generation_config.decoder_start_token_id = 1
    trace = follow(generation=None)
    found = departed(trace, "model")
    assert found.departure == (
        "the decoder starts with 0 in the config, 1 in the generation config, 0 in the labels"
    )
    assert "begins with token 1, training with 0" in trace.step("generation").departures[0].departure


def test_another_end_in_generation_departs_at_model(follow, predictor):
    predictor.model.generation_config.eos_token_id = 2
    assert "waits for 2" in departed(follow(generation=None), "model").departure


def test_another_pad_in_the_config_departs_at_model(follow, predictor):
    predictor.model.config.pad_token_id = 7
    assert "the pad is 7 in the config" in departed(follow(), "model").departure


def test_weights_that_are_not_numbers_depart_at_training(follow, predictor):
    with torch.no_grad():
        predictor.model.shared.weight.fill_(float("nan"))
    assert "the loss is nan" in departed(follow(), "training").departure


def test_an_answer_that_is_cut_departs_at_generation_beside_what_the_model_alone_would_say(follow, target):
    trace = follow(generation={"max_new_tokens": 1})
    assert departed(trace, "generation").departure == "the answer was cut at its cap of 1 token"
    assert len(texts(trace, "generation", "answer", "says")) == 2
    alone = texts(trace, "generation", "alone", "says")
    assert (len(alone), alone[-1]) == (1 + len(target), "</s>")


def test_settings_that_make_generation_fail_depart_there(follow):
    trace = follow(generation={"num_beams": 0})
    assert "generate() fails with" in departed(trace, "generation").departure
    assert trace.step("output").state == "not checked"


def test_a_wrong_answer_is_no_departure_but_is_said(follow):
    trace = follow(target="green")
    assert trace.first_departure is None
    assert trace.conclusion.endswith("yet the answer is not the target.")
    assert ("equal", "no") in trace.step("output").facts


def test_without_a_target_labels_and_loss_are_not_checked(follow):
    trace = follow(target=None)
    assert trace.first_departure is None
    assert trace.step("batching").unchecked == ("the labels, because there is no target",)
    assert trace.step("training").unchecked == ("the labels, because there is no target",)
    assert trace.step("generation").state == "kept"


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"source": " \n"}, "the source is empty"), ({"row": {"text": "a lemon"}}, "has no input_ids")],
)
def test_what_cannot_be_followed_is_refused(follow, changed, said):
    with pytest.raises(DataError, match=said):
        follow(**changed)


def test_nothing_is_changed(follow, predictor):
    model, tokenizer = predictor.model, predictor.tokenizer
    model.train()
    model.shared.weight.grad = torch.ones_like(model.shared.weight)

    def everything():
        return (
            {name: weight.tolist() for name, weight in model.state_dict().items()},
            model.shared.weight.grad.tolist(),
            [module.training for module in model.modules()],
            model.config.to_dict(),
            model.generation_config.to_dict(),
            tokenizer.padding_side,
            tokenizer.backend_tokenizer.to_str(),
            random.getstate(),
            torch.get_rng_state().tolist(),
        )

    before = everything()
    follow(generation={"do_sample": True, "max_new_tokens": 4})
    follow()
    assert everything() == before
