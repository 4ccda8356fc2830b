import pytest
from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.batching.end_masked_with_pads import end_masked_with_pads
from workup.examine.finding import Severity


@pytest.fixture
def padded_with_end(tokenizer):
    tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def by_id(tokenizer):
    """Pads labels with the pad and then ignores every pad, as many scripts do."""

    def collate(rows):
        labels = [{"input_ids": row["labels"]} for row in rows]
        batch = tokenizer.pad([{"input_ids": row["input_ids"]} for row in rows], return_tensors="pt")
        batch["labels"] = tokenizer.pad(labels, return_tensors="pt")["input_ids"]
        batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
        return batch

    return collate


@pytest.mark.filterwarnings("ignore:.*fast tokenizer")
def test_an_end_that_is_masked_as_a_pad_is_found(examine, rows, padded_with_end):
    (finding,) = examine(
        end_masked_with_pads, train_rows=rows, collator=by_id(padded_with_end), tokenizer=padded_with_end
    )
    assert finding.severity is Severity.ERROR
    assert finding.evidence["rows whose end is ignored"] == 3
    assert finding.summary.startswith("3 of 3 rows lose their end token in the collator, because pad and end")


def test_pads_by_length_keep_the_end_though_it_is_the_pad(examine, rows, padded_with_end):
    collator = DataCollatorForSeq2Seq(padded_with_end)
    assert not examine(end_masked_with_pads, train_rows=rows, collator=collator, tokenizer=padded_with_end)


def test_pads_masked_by_id_are_sound_where_the_pad_is_a_token_of_its_own(examine, rows, tokenizer):
    assert not examine(end_masked_with_pads, train_rows=rows, collator=by_id(tokenizer), tokenizer=tokenizer)


def test_rows_that_never_had_an_end_are_another_fault(examine, rows, padded_with_end):
    endless = [{**row, "labels": row["labels"][:-1]} for row in rows]
    assert not examine(
        end_masked_with_pads, train_rows=endless, collator=by_id(padded_with_end), tokenizer=padded_with_end
    )
