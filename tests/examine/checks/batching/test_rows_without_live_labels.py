import pytest
from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainingArguments

from workup.examine.checks.batching.rows_without_live_labels import rows_without_live_labels
from workup.examine.finding import Severity


@pytest.fixture
def dead(rows):
    """The last row has lost its answer."""
    return [*rows[:-1], {**rows[-1], "labels": [-100] * 7}]


def test_a_row_without_an_answer_is_a_warning(examine, dead, tokenizer):
    (finding,) = examine(
        rows_without_live_labels, train_rows=dead, collator=DataCollatorForSeq2Seq(tokenizer)
    )
    assert finding.severity is Severity.WARNING
    assert finding.evidence["rows without"] == finding.evidence["in the batch"] == 1
    assert finding.evidence["the first of them"] == [2]


def test_it_is_an_error_where_it_is_a_batch_of_its_own(examine, dead, tmp_path):
    one = Seq2SeqTrainingArguments(
        str(tmp_path), report_to="none", use_cpu=True, per_device_train_batch_size=1
    )
    (finding,) = examine(rows_without_live_labels, train_rows=dead, arguments=one)
    assert finding.severity is Severity.ERROR


def test_the_loss_of_a_batch_of_such_rows_is_nan(examine, dead, tokenizer, t5):
    batch = DataCollatorForSeq2Seq(tokenizer)(dead[-1:])
    assert t5(**batch).loss.isnan()
    (finding,) = examine(rows_without_live_labels, captured_batch=batch)
    assert finding.severity is Severity.ERROR
    assert finding.harm == "NaN loss"


def test_mostly_ignored_positions_are_sound(examine, rows, tokenizer):
    mostly = [{**row, "labels": row["labels"] + [-100] * 90} for row in rows]
    assert not examine(
        rows_without_live_labels, train_rows=mostly, collator=DataCollatorForSeq2Seq(tokenizer)
    )


def test_rows_without_any_column_of_labels_are_another_fault(examine, rows, tokenizer):
    bare = [{"input_ids": row["input_ids"]} for row in rows]
    assert not examine(rows_without_live_labels, train_rows=bare, collator=DataCollatorForSeq2Seq(tokenizer))
