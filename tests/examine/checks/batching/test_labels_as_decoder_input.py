from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.batching.labels_as_decoder_input import labels_as_decoder_input
from workup.examine.finding import Severity


def fed_with_labels(tokenizer):
    def collate(rows):
        batch = DataCollatorForSeq2Seq(tokenizer)(rows)
        batch["decoder_input_ids"] = batch["labels"].masked_fill(batch["labels"] < 0, tokenizer.pad_token_id)
        return batch

    return collate


def test_labels_fed_to_the_decoder_are_found_with_both_losses(examine, rows, tokenizer, t5):
    (finding,) = examine(
        labels_as_decoder_input, train_rows=rows, collator=fed_with_labels(tokenizer), model=t5
    )
    assert finding.severity is Severity.ERROR
    assert finding.evidence["equal"] == finding.evidence["label positions"] > 3
    assert {"loss as given", "loss with the model's own shift"} <= set(finding.evidence)
    assert "100%" in finding.summary


def test_they_are_found_without_a_model(examine, rows, tokenizer):
    assert examine(labels_as_decoder_input, train_rows=rows, collator=fed_with_labels(tokenizer))


def test_decoder_inputs_of_the_models_own_shift_are_sound(examine, rows, tokenizer, t5, bart):
    for model in (t5, bart):
        collator = DataCollatorForSeq2Seq(tokenizer, model=model)
        assert "decoder_input_ids" in collator([dict(row) for row in rows])
        assert not examine(labels_as_decoder_input, train_rows=rows, collator=collator, model=model)


def test_a_target_of_one_token_repeated_is_sound(examine, tokenizer, t5):
    rows = [{"input_ids": [5, 6, 1], "labels": [9] * 12}] * 2
    collator = DataCollatorForSeq2Seq(tokenizer, model=t5)
    assert not examine(labels_as_decoder_input, train_rows=rows, collator=collator, model=t5)
