from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.batching.no_attention_mask import no_attention_mask
from workup.examine.finding import Severity


def without_mask(tokenizer):
    def collate(rows):
        batch = DataCollatorForSeq2Seq(tokenizer)(rows)
        del batch["attention_mask"]
        return batch

    return collate


def test_pads_without_a_mask_are_a_risk(examine, rows, tokenizer):
    (finding,) = examine(
        no_attention_mask, train_rows=rows, collator=without_mask(tokenizer), tokenizer=tokenizer
    )
    assert finding.severity is Severity.WARNING
    longest = max(len(row["input_ids"]) for row in rows)
    assert finding.evidence["pads"] == sum(longest - len(row["input_ids"]) for row in rows)


def test_a_batch_with_a_mask_is_sound(examine, rows, tokenizer):
    assert not examine(
        no_attention_mask,
        train_rows=rows,
        collator=DataCollatorForSeq2Seq(tokenizer),
        tokenizer=tokenizer,
    )


def test_rows_of_one_length_need_no_mask_even_where_the_end_is_the_pad(examine, rows, tokenizer):
    even = [rows[0]] * 3
    parts = {"train_rows": even, "collator": without_mask(tokenizer), "tokenizer": tokenizer}
    assert not examine(no_attention_mask, **parts)
    tokenizer.pad_token = tokenizer.eos_token
    assert not examine(no_attention_mask, **parts)
