import pytest
from transformers import (
    BartConfig,
    BartForCausalLM,
    DataCollatorForLanguageModeling,
    DataCollatorForSeq2Seq,
    DataCollatorWithPadding,
    default_data_collator,
)

from workup.examine.checks.batching.collator_of_another_family import collator_of_another_family
from workup.examine.finding import Severity


@pytest.fixture
def bare(rows):
    return [{"input_ids": row["input_ids"], "attention_mask": row["attention_mask"]} for row in rows]


def test_a_collator_for_language_models_teaches_to_copy(examine, bare, tokenizer, t5):
    collator = DataCollatorForLanguageModeling(tokenizer, mlm=False)
    (finding,) = examine(collator_of_another_family, train_rows=bare, collator=collator, model=t5)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["labels are the inputs"]
    assert "DataCollatorForLanguageModeling" in finding.summary


def test_on_labels_of_unequal_length_it_fails(examine, rows, tokenizer, t5):
    collator = DataCollatorForLanguageModeling(tokenizer, mlm=False)
    (finding,) = examine(collator_of_another_family, train_rows=rows, collator=collator, model=t5)
    assert finding.evidence["error"]


@pytest.mark.parametrize("kind", [default_data_collator, DataCollatorWithPadding])
def test_collators_that_pad_no_labels_fail_on_unequal_rows(examine, rows, tokenizer, t5, kind):
    collator = kind if kind is default_data_collator else kind(tokenizer)
    (finding,) = examine(collator_of_another_family, train_rows=rows, collator=collator, model=t5)
    assert finding.evidence["error"]
    assert "which it does not pad" in finding.summary


def test_rows_of_one_length_need_no_padding(examine, rows, t5):
    even = [{**rows[0]} for _ in range(4)]
    assert not examine(collator_of_another_family, train_rows=even, collator=default_data_collator, model=t5)


def test_the_seq2seq_collator_and_ones_own_are_sound(examine, rows, tokenizer, t5):
    class DataCollatorForLanguageModelingOfMine(DataCollatorForLanguageModeling):
        def torch_call(self, examples):
            return DataCollatorForSeq2Seq(tokenizer)(examples)

    for collator in (
        DataCollatorForSeq2Seq(tokenizer),
        DataCollatorForLanguageModelingOfMine(tokenizer, mlm=False),
    ):
        assert not examine(collator_of_another_family, train_rows=rows, collator=collator, model=t5)


def test_a_decoder_only_model_may_have_it(examine, bare, tokenizer):
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=16,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=16,
        is_decoder=True,
        is_encoder_decoder=False,
        pad_token_id=0,
    )
    model = BartForCausalLM(config)
    model.config.is_encoder_decoder = False
    collator = DataCollatorForLanguageModeling(tokenizer, mlm=False)
    assert not examine(collator_of_another_family, train_rows=bare, collator=collator, model=model)
