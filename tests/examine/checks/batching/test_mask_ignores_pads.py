import pytest
import torch
from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.batching.mask_ignores_pads import mask_ignores_pads
from workup.examine.finding import Severity


@pytest.fixture
def found(examine, rows, tokenizer):
    """The findings on a batch whose mask is changed."""

    def findings(change):
        def collate(given):
            batch = DataCollatorForSeq2Seq(tokenizer)(given)
            batch["attention_mask"] = change(batch["input_ids"], batch["attention_mask"])
            return batch

        return examine(mask_ignores_pads, train_rows=rows, collator=collate, tokenizer=tokenizer)

    return findings


def test_an_inverted_mask_hides_the_text(found):
    (finding,) = found(lambda ids, mask: (ids == 0).long())
    assert finding.severity is Severity.ERROR
    assert finding.evidence["text tokens hidden"] == finding.evidence["text tokens"]
    assert finding.evidence["pads attended"] == finding.evidence["pads"] > 0


def test_a_mask_of_ones_shows_the_pads(found):
    (finding,) = found(lambda ids, mask: torch.ones_like(ids))
    assert finding.severity is Severity.WARNING
    assert finding.evidence["pads attended"] == finding.evidence["pads"]


def test_a_mask_of_another_length_is_found(found):
    (finding,) = found(lambda ids, mask: mask[:, 1:])
    assert finding.severity is Severity.ERROR
    assert "another shape" in finding.summary


def test_the_tokenizers_mask_is_sound_in_any_type(found):
    assert not found(lambda ids, mask: mask)
    assert not found(lambda ids, mask: mask.bool())
    assert not found(lambda ids, mask: mask.float())


def test_masks_of_more_dimensions_and_masks_that_are_added_are_not_judged(found):
    assert not found(lambda ids, mask: mask[:, None, None, :])
    assert not found(lambda ids, mask: (1.0 - mask.float()) * torch.finfo(torch.float32).min)


def test_an_end_that_is_the_pad_may_be_attended(examine, rows, tokenizer):
    tokenizer.pad_token = tokenizer.eos_token
    collator = DataCollatorForSeq2Seq(tokenizer)
    assert not examine(mask_ignores_pads, train_rows=rows, collator=collator, tokenizer=tokenizer)
