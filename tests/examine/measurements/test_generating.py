import warnings

import pytest
import torch
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    GenerationConfig,
    Seq2SeqTrainingArguments,
)

from workup.examine.measurements import MEASUREMENTS
from workup.examine.measurements.generating import settings
from workup.examine.measurements.sampling import spread
from workup.examine.parts import Missing, Parts
from workup.examine.subject import Generated, Pair, Subject


@pytest.fixture
def model(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def arguments(folder, **given):
    return Seq2SeqTrainingArguments(output_dir=str(folder), report_to=[], use_cpu=True, **given)


def test_where_nothing_is_said_the_cap_is_twenty_new_tokens(model):
    ids = torch.tensor([[5, 6, 1]])
    with warnings.catch_warnings():
        # Only transformers 5 speaks of it.
        warnings.filterwarnings("ignore", message=".*max_length", category=UserWarning)
        made = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), min_new_tokens=20)
    assert settings(model=model).cap == made.shape[1] - 1 == 20


def test_a_length_that_is_given_counts_the_start_token(model):
    made = model.generate(input_ids=torch.tensor([[5, 6, 1]]), max_length=9, min_length=9)
    assert settings({"max_length": 9}, model).cap == made.shape[1] - 1 == 8
    assert settings({"max_new_tokens": 9}, model).cap == 9


def test_the_training_arguments_go_before_the_model(model, tmp_path):
    model.generation_config.num_beams = 2
    model.generation_config.repetition_penalty = 1.5
    given = arguments(tmp_path, predict_with_generate=True, generation_num_beams=3, generation_max_length=40)
    found = settings(None, model, given)
    assert [found.value(name) for name in ("max_length", "num_beams", "repetition_penalty")] == [40, 3, 1.5]
    assert found.said_of("num_beams") == "arguments"
    assert found.said_of("repetition_penalty") == "generation_config"
    assert found.said_of("do_sample") == "transformers' default"


def test_a_call_of_generate_knows_only_what_it_was_given_and_the_model(model, tmp_path):
    model.generation_config.num_beams = 2
    given = arguments(tmp_path, predict_with_generate=True, generation_num_beams=3, generation_max_length=40)
    found = settings({"max_length": 50}, model, given)
    assert [found.value(name) for name in ("max_length", "num_beams")] == [50, 2]
    assert settings({}, model, given).cap == 20


def test_the_training_arguments_count_only_where_they_are_used(model, tmp_path):
    assert settings(None, model, arguments(tmp_path, generation_max_length=40)).cap == 20


def test_a_whole_configuration_can_be_given(model):
    assert settings({"generation_config": GenerationConfig(max_new_tokens=7)}, model).cap == 7


def test_without_model_and_arguments_of_generate_there_are_no_settings():
    with pytest.raises(Missing):
        settings()


def test_many_rows_are_looked_at_evenly():
    assert spread(range(10), 5) == [0, 2, 4, 6, 8]
    assert spread([1, 2], 5) == [1, 2]
    assert spread([], 5) == []


def test_targets_are_counted_in_tokens_of_the_text_before_those_of_the_rows(tokenizer):
    parts = Parts(
        Subject(
            tokenizer=tokenizer,
            train_pairs=[Pair("a", "yellow and green and blue")],
            train_rows=[{"input_ids": [1], "labels": [5, 1]}],
        ),
        MEASUREMENTS,
    )
    assert parts.get("targets").ids[0] == tuple(tokenizer("yellow and green and blue")["input_ids"])
    rows = Parts(Subject(tokenizer=tokenizer, train_rows=[{"labels": [5, 1, 0, -100]}]), MEASUREMENTS)
    assert rows.get("targets").ids == ((5, 1),)


def test_a_trial_leaves_the_models_settings_alone_and_ignores_them_when_neutral(model, tokenizer):
    rows = [tokenizer("a ripe lemon", text_target=target) for target in ("yellow", "green and yellow")]
    parts = Parts(
        Subject(
            model=model,
            tokenizer=tokenizer,
            train_rows=rows,
            collator=DataCollatorForSeq2Seq(tokenizer, model=model),
        ),
        MEASUREMENTS,
    )
    plain = parts.get("trial").neutral
    model.generation_config.min_new_tokens = 12
    model.generation_config.no_repeat_ngram_size = 1
    stored = model.generation_config
    changed = Parts(parts.subject, MEASUREMENTS).get("trial")
    assert changed.neutral == plain
    assert changed.own != plain
    assert model.generation_config is stored
    assert len(changed.labels) == 2
    assert changed.exact(changed.labels) == 1.0


def test_the_frame_of_an_answer_is_taken_off(model, tokenizer):
    subject = Subject(model=model, tokenizer=tokenizer, generated=[Generated("a", (0, 7, 1, 0), "x")])
    (row,) = Parts(subject, MEASUREMENTS).get("answers").rows
    assert (row.said.tokens, row.said.ended) == ((7,), True)
