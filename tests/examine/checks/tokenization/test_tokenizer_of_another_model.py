import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, T5Config, T5ForConditionalGeneration

from workup.examine.checks.tokenization.tokenizer_of_another_model import tokenizer_of_another_model
from workup.examine.finding import Severity


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def model(rows, **settings):
    size = {"d_model": 8, "d_kv": 4, "num_heads": 2, "d_ff": 8, "num_layers": 1}
    config = T5Config(vocab_size=rows, decoder_start_token_id=0, **size, **settings)
    return T5ForConditionalGeneration(config)


def test_a_vocabulary_larger_than_the_embedding_is_of_another_model(examine, tokenizer):
    (finding,) = examine(tokenizer_of_another_model, model=model(100), tokenizer=tokenizer)
    assert finding.severity is Severity.ERROR
    assert f"{len(tokenizer)} tokens for 100 rows" in finding.summary


def test_a_vocabulary_far_smaller_than_the_embedding_is_of_another_model(examine, tokenizer):
    (finding,) = examine(tokenizer_of_another_model, model=model(3000), tokenizer=tokenizer)
    assert "only" in finding.summary


def test_rows_with_ids_that_the_model_lacks_are_found(examine, tokenizer, words):
    rows = [{"input_ids": [5, 900, 1], "labels": [7, 1]}]
    (finding,) = examine(tokenizer_of_another_model, model=model(500), tokenizer=tokenizer, train_rows=rows)
    assert "rows hold ids up to 900, the embedding ends at 499" in finding.summary


def test_pad_and_end_with_other_numbers_tell_two_models_apart(examine, tokenizer):
    other = model(len(tokenizer), pad_token_id=1, eos_token_id=2)
    (finding,) = examine(tokenizer_of_another_model, model=other, tokenizer=tokenizer)
    assert finding.severity is Severity.ERROR
    assert "the eos_token_id is 1 for the tokenizer and 2 for the model" in finding.summary


@pytest.mark.parametrize("folder", ["tiny_t5", "tiny_bart"])
def test_model_and_tokenizer_of_one_folder_are_sound(examine, request, folder):
    path = request.getfixturevalue(folder)
    tokenizer = AutoTokenizer.from_pretrained(path)
    rows = [{"input_ids": ids, "labels": ids} for ids in tokenizer(["a snow field", "coal"])["input_ids"]]
    one = AutoModelForSeq2SeqLM.from_pretrained(path)
    assert not examine(tokenizer_of_another_model, model=one, tokenizer=tokenizer, train_rows=rows)


def test_a_few_spare_rows_are_sound_as_in_t5(examine, tokenizer):
    spare = model(len(tokenizer) + 28)
    assert not examine(tokenizer_of_another_model, model=spare, tokenizer=tokenizer)


def test_a_pad_that_was_set_to_the_end_token_is_sound(examine, tokenizer):
    tokenizer.pad_token = tokenizer.eos_token
    assert not examine(tokenizer_of_another_model, model=model(len(tokenizer)), tokenizer=tokenizer)


@pytest.fixture
def trained(words, pairs):
    """A model with the tokenizer that knows its colours, and its rows."""
    sources, targets = ["a bit of snow", "much coal", "some grass"], ["white", "black", "green"]
    tokenizer = words(*targets)
    return {
        "model": model(len(tokenizer)),
        "tokenizer": tokenizer,
        "train_pairs": pairs(sources, targets),
    }


def test_predictions_with_a_tokenizer_that_was_trained_anew_are_found(examine, words, trained):
    (finding,) = examine(
        tokenizer_of_another_model, **trained, answering_tokenizer=words("snow", "coal", "grass")
    )
    assert finding.severity is Severity.ERROR
    assert "3 of 3 training rows are other ids" in finding.summary
    assert finding.evidence["ids in training"] != finding.evidence["ids in prediction"]


def test_a_tokenizer_with_tokens_that_the_training_did_not_need_is_sound(examine, words, trained):
    more = words("white", "black", "green")
    more.add_tokens(["<new>"])
    more.padding_side = "left"
    assert not examine(tokenizer_of_another_model, **trained, answering_tokenizer=more)


def test_several_end_tokens_of_a_model_are_sound(examine, tokenizer):
    one = model(len(tokenizer))
    one.config.eos_token_id = [2, 1]
    assert not examine(tokenizer_of_another_model, model=one, tokenizer=tokenizer)
