from transformers import DataCollatorForSeq2Seq, DataCollatorWithPadding

from workup.examine.checks.batching.padding_side_left import padding_side_left
from workup.examine.finding import Severity


def even(rows):
    """Rows whose labels need no padding, so that only the inputs are padded."""
    return [{**row, "labels": rows[0]["labels"]} for row in rows]


def test_a_bart_reads_a_row_differently_behind_pads(examine, rows, tokenizer, bart):
    tokenizer.padding_side = "left"
    (finding,) = examine(
        padding_side_left,
        train_rows=even(rows),
        collator=DataCollatorWithPadding(tokenizer),
        tokenizer=tokenizer,
        model=bart,
    )
    assert finding.severity is Severity.WARNING
    assert finding.evidence["encoder moves by"] > 0.05
    assert finding.evidence["label rows that begin late"] == 0
    assert finding.remedy.code == "tokenizer.padding_side = 'right'"


def test_a_t5_does_not(examine, rows, tokenizer, t5):
    tokenizer.padding_side = "left"
    assert not examine(
        padding_side_left,
        train_rows=even(rows),
        collator=DataCollatorForSeq2Seq(tokenizer),
        tokenizer=tokenizer,
        model=t5,
    )


def test_labels_that_begin_with_ignored_positions_are_found_in_a_t5_too(examine, rows, tokenizer, t5):
    tokenizer.padding_side = "left"
    for collator in (DataCollatorForSeq2Seq(tokenizer), DataCollatorForSeq2Seq(tokenizer, model=t5)):
        (finding,) = examine(
            padding_side_left, train_rows=rows, collator=collator, tokenizer=tokenizer, model=t5
        )
        assert finding.evidence["label rows that begin late"] == 2


def test_right_padding_is_sound(examine, rows, tokenizer, bart):
    tokenizer.padding_side = "right"
    assert not examine(
        padding_side_left,
        train_rows=rows,
        collator=DataCollatorForSeq2Seq(tokenizer, model=bart),
        tokenizer=tokenizer,
        model=bart,
    )
