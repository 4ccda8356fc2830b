import torch
from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.model.start_token_disagrees import start_token_disagrees
from workup.examine.finding import Severity


def test_generation_that_begins_with_another_token_is_found(examine, t5):
    t5.generation_config.decoder_start_token_id = 1
    (finding,) = examine(start_token_disagrees, model=t5)
    assert finding.severity is Severity.ERROR
    assert finding.summary == "training begins with token 0, generation with token 1"
    assert finding.remedy.code == "model.generation_config.decoder_start_token_id = 0"


def test_the_argument_of_generate_counts_before_the_config(examine, t5):
    assert examine(start_token_disagrees, model=t5, generation={"decoder_start_token_id": 2})
    t5.generation_config.decoder_start_token_id = 1
    assert not examine(start_token_disagrees, model=t5, generation={"decoder_start_token_id": 0})


def test_the_batch_says_what_training_begins_with(examine, t5):
    batch = {"input_ids": torch.tensor([[5, 1]]), "decoder_input_ids": torch.tensor([[2, 7]])}
    assert examine(start_token_disagrees, model=t5, captured_batch=batch)


def test_a_start_that_nobody_sets_is_found(examine, t5):
    t5.generation_config.decoder_start_token_id = t5.generation_config.bos_token_id = None
    (finding,) = examine(start_token_disagrees, model=t5)
    assert "no start token" in finding.summary


def test_models_that_agree_are_sound_with_and_without_a_batch(examine, t5, bart, tokenizer, rows):
    for model in (t5, bart):
        collator = DataCollatorForSeq2Seq(tokenizer, model=model)
        assert not examine(start_token_disagrees, model=model)
        assert not examine(start_token_disagrees, model=model, train_rows=rows, collator=collator)


def test_rows_that_begin_with_their_own_language_are_sound(examine, bart):
    batch = {"input_ids": torch.tensor([[5], [6]]), "decoder_input_ids": torch.tensor([[7], [8]])}
    assert not examine(start_token_disagrees, model=bart, captured_batch=batch)
