import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, T5Config, T5ForConditionalGeneration

from workup.examine.capture.seen import Seen
from workup.examine.capture.subject import at_the_end


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


@pytest.fixture
def trained(tiny_t5, tokenizer):
    """What was seen of a script that trained a model."""
    seen = Seen()
    seen.model, seen.tokenizer, seen.era = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), tokenizer, 1
    return seen


def answered(seen, model, tokenizer):
    """The subject at the end, after this model answered one padded row by this tokenizer."""
    given = {"input_ids": torch.tensor([[259, 291, 1, 0]])}
    answers = seen.generations.of_now(seen.era, in_evaluation=False)
    answers.add(model, tokenizer, given, torch.tensor([[0, 291, 1]]))
    return at_the_end(seen)


def test_a_tokenizer_that_was_loaded_again_is_the_same(trained, tokenizer, tiny_t5):
    subject = answered(trained, trained.model, AutoTokenizer.from_pretrained(tiny_t5))
    assert subject.tokenizer is tokenizer
    assert subject.answering_tokenizer is None


def test_another_tokenizer_in_prediction_stands_beside_that_of_the_training(trained, tokenizer, tiny_t5):
    other = AutoTokenizer.from_pretrained(tiny_t5)
    other.add_tokens(["<other>"])
    subject = answered(trained, trained.model, other)
    assert subject.tokenizer is tokenizer
    assert subject.answering_tokenizer is other


def test_a_model_with_another_vocabulary_brings_its_own_tokenizer(trained, tiny_t5):
    other = AutoTokenizer.from_pretrained(tiny_t5)
    other.add_tokens(["<other>"])
    size = {"d_model": 8, "d_kv": 4, "num_heads": 2, "d_ff": 8, "num_layers": 1}
    config = T5Config(vocab_size=len(other), decoder_start_token_id=0, **size)
    subject = answered(trained, T5ForConditionalGeneration(config), other)
    assert subject.tokenizer is other
    assert subject.answering_tokenizer is None


def test_padded_rows_without_a_mask_and_reloads_reach_the_subject(trained, tokenizer, tmp_path):
    trained.reloads.saved(trained.model, tmp_path, None)
    trained.reloads.loaded(trained.model, tmp_path, None)
    subject = answered(trained, trained.model, tokenizer)
    assert subject.unmasked_inputs == [[259, 291, 1, 0]]
    assert [one.place for one in subject.reloads] == [str(tmp_path)]
    assert at_the_end(Seen()).reloads is None
