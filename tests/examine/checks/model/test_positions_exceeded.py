import pytest
import torch
from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.model.positions_exceeded import positions_exceeded
from workup.examine.finding import Severity


def long(rows, count):
    return [*rows, {"input_ids": [5] * count, "attention_mask": [1] * count, "labels": [7, 1]}]


def test_a_row_longer_than_the_positions_of_a_bart_is_found(examine, bart, rows):
    (finding,) = examine(positions_exceeded, model=bart, train_rows=long(rows, 129))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["encoder"] == {"rows": 1, "longest": 129, "limit": 128}
    assert finding.remedy.change == {"tokens.source_length": 128}
    with pytest.raises(IndexError):
        bart(input_ids=torch.tensor([[5] * 129]), labels=torch.tensor([[7, 1]]))


def test_labels_are_held_against_the_decoders_positions(examine, bart, rows):
    row = {"input_ids": [5, 1], "labels": [7] * 130}
    (finding,) = examine(positions_exceeded, model=bart, train_rows=[*rows, row])
    assert finding.remedy.change == {"tokens.target_length": 128}


def test_a_row_that_just_fits_is_sound(examine, bart, rows):
    assert not examine(positions_exceeded, model=bart, train_rows=long(rows, 128))
    assert bart(input_ids=torch.tensor([[5] * 128]), labels=torch.tensor([[7, 1]])).loss.isfinite()


def test_a_t5_has_no_table_of_positions(examine, t5, rows):
    assert not examine(positions_exceeded, model=t5, train_rows=long(rows, 3000))


def test_a_collator_that_cuts_is_sound(examine, bart, rows, tokenizer):
    def cut(given):
        short = [{name: value[:128] for name, value in row.items()} for row in given]
        return DataCollatorForSeq2Seq(tokenizer)(short)

    assert not examine(positions_exceeded, model=bart, train_rows=long(rows, 200), collator=cut)
