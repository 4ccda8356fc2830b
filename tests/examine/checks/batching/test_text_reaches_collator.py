import pytest
from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainingArguments

from workup.examine.checks.batching.text_reaches_collator import text_reaches_collator
from workup.examine.finding import Severity


@pytest.fixture
def told(rows):
    return [{**row, "note": "a text of its own"} for row in rows]


def arguments(folder, **given):
    return Seq2SeqTrainingArguments(str(folder), report_to="none", use_cpu=True, **given)


def test_text_that_is_kept_makes_the_collator_fail(examine, told, tokenizer, t5, tmp_path):
    (finding,) = examine(
        text_reaches_collator,
        train_rows=told,
        collator=DataCollatorForSeq2Seq(tokenizer),
        arguments=arguments(tmp_path, remove_unused_columns=False),
        model=t5,
    )
    assert finding.severity is Severity.ERROR
    assert finding.evidence["text columns"] == ["note"]
    assert "ValueError" in finding.evidence["error"]


def test_text_in_a_collator_called_by_hand_is_found(examine, told, tokenizer):
    assert examine(text_reaches_collator, train_rows=told, collator=DataCollatorForSeq2Seq(tokenizer))


def test_text_that_the_trainer_removes_is_sound(examine, told, tokenizer, t5, tmp_path):
    parts = {"train_rows": told, "collator": DataCollatorForSeq2Seq(tokenizer)}
    assert not examine(text_reaches_collator, **parts, arguments=arguments(tmp_path), model=t5)
    assert not examine(text_reaches_collator, **parts, arguments=arguments(tmp_path))


def test_a_collator_that_is_made_for_text_is_sound(examine, told, tokenizer):
    def collate(rows):
        return DataCollatorForSeq2Seq(tokenizer)(
            [{k: row[k] for k in ("input_ids", "labels")} for row in rows]
        )

    assert not examine(text_reaches_collator, train_rows=told, collator=collate)


def test_a_collator_that_fails_without_the_text_too_is_another_fault(examine, told, tokenizer):
    broken = [{**row, "labels": None if n else [5, 1]} for n, row in enumerate(told)]
    assert not examine(text_reaches_collator, train_rows=broken, collator=DataCollatorForSeq2Seq(tokenizer))
