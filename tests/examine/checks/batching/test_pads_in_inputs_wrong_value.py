import pytest
import torch
from torch.nn.utils.rnn import pad_sequence
from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.batching.pads_in_inputs_wrong_value import pads_in_inputs_wrong_value
from workup.examine.finding import Severity


def padded(*names):
    """A collator that pads the named fields with -100, and the others rightly."""

    def collate(rows):
        right = {"input_ids": 0, "attention_mask": 0, "labels": -100}
        return {
            name: pad_sequence(
                [torch.tensor(row[name]) for row in rows], True, -100 if name in names else value
            )
            for name, value in right.items()
        }

    return collate


def test_inputs_padded_with_the_value_of_labels_are_found(examine, rows, t5):
    collate = padded("input_ids", "attention_mask")
    (finding,) = examine(pads_in_inputs_wrong_value, train_rows=rows, collator=collate)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["input_ids"] == finding.evidence["attention_mask"] > 0
    with pytest.raises(IndexError):
        t5(**collate(rows))


def test_a_mask_alone_is_a_warning(examine, rows):
    (finding,) = examine(pads_in_inputs_wrong_value, train_rows=rows, collator=padded("attention_mask"))
    assert finding.severity is Severity.WARNING


def test_labels_padded_so_are_sound(examine, rows, tokenizer, t5):
    assert not examine(pads_in_inputs_wrong_value, train_rows=rows, collator=padded())
    collator = DataCollatorForSeq2Seq(tokenizer, model=t5)
    assert not examine(pads_in_inputs_wrong_value, train_rows=rows, collator=collator)


def test_a_mask_that_is_added_to_the_scores_is_sound(examine, rows):
    def collate(given):
        batch = padded()(given)
        return batch | {"attention_mask": (1.0 - batch["attention_mask"]) * torch.finfo(torch.float32).min}

    assert not examine(pads_in_inputs_wrong_value, train_rows=rows, collator=collate)
