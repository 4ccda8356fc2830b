import pytest
from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainer, Seq2SeqTrainingArguments

from workup.examine.checks.batching.smoothing_without_model import smoothing_without_model
from workup.examine.finding import Severity


@pytest.fixture
def smoothed(tmp_path):
    return Seq2SeqTrainingArguments(str(tmp_path), report_to="none", use_cpu=True, label_smoothing_factor=0.1)


def test_smoothing_without_decoder_inputs_is_found_and_training_fails(examine, rows, tokenizer, t5, smoothed):
    collator = DataCollatorForSeq2Seq(tokenizer)
    parts = {"train_rows": rows, "collator": collator, "model": t5, "arguments": smoothed}
    (finding,) = examine(smoothing_without_model, **parts)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["label_smoothing_factor"] == 0.1
    trainer = Seq2SeqTrainer(t5, smoothed, collator, rows, processing_class=tokenizer)
    with pytest.raises(ValueError, match=r"You (have to|must) specify"):
        trainer.compute_loss(t5, collator(rows))


def test_a_collator_with_the_model_is_sound(examine, rows, tokenizer, t5, smoothed):
    collator = DataCollatorForSeq2Seq(tokenizer, model=t5)
    parts = {"train_rows": rows, "collator": collator, "model": t5, "arguments": smoothed}
    assert not examine(smoothing_without_model, **parts)


def test_without_smoothing_the_collator_needs_no_model(examine, rows, tokenizer, t5, tmp_path):
    plain = Seq2SeqTrainingArguments(str(tmp_path), report_to="none", use_cpu=True)
    collator = DataCollatorForSeq2Seq(tokenizer)
    parts = {"train_rows": rows, "collator": collator, "model": t5, "arguments": plain}
    assert not examine(smoothing_without_model, **parts)
