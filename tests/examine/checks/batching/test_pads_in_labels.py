import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq

from examination import findings_of
from workup.examine.checks.batching.pads_in_labels import pads_in_labels
from workup.examine.finding import Severity
from workup.examine.subject import Subject


@pytest.fixture
def parts(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), AutoTokenizer.from_pretrained(tiny_t5)


def rows(tokenizer, **padding):
    texts, targets = ["a snow field", "a ripe lemon"], ["white", "yellow"]
    labels = tokenizer(targets, **padding)["input_ids"]
    return [
        {"input_ids": ids, "labels": label}
        for ids, label in zip(tokenizer(texts)["input_ids"], labels, strict=True)
    ]


def findings(model, tokenizer, train_rows):
    subject = Subject(
        model=model,
        tokenizer=tokenizer,
        collator=DataCollatorForSeq2Seq(tokenizer, model=model),
        train_rows=train_rows,
    )
    return findings_of(pads_in_labels, subject)


def test_padded_labels_are_found_and_the_loss_is_told_apart(parts):
    (finding,) = findings(*parts, rows(parts[1], padding="max_length", max_length=32))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["share"] > 0.5
    assert {"loss on text", "loss on pads"} <= set(finding.evidence)
    assert finding.remedy.change == {"tokens.mask_label_pads": True}


def test_labels_that_the_collator_pads_are_sound(parts):
    assert not findings(*parts, rows(parts[1]))


def test_mostly_ignored_positions_are_no_pads(parts):
    model, tokenizer = parts
    padded = rows(tokenizer)
    for row in padded:
        row["labels"] += [-100] * (40 - len(row["labels"]))
    assert not findings(model, tokenizer, padded)


def test_a_tokenizer_whose_pad_is_its_end_is_not_judged(parts):
    tokenizer = parts[1]
    tokenizer.pad_token = tokenizer.eos_token
    assert not pads_in_labels(label_rows=[[5, 1, 1, 1]], tokenizer=tokenizer)


def test_without_a_model_the_share_alone_is_told(parts):
    (finding,) = pads_in_labels(label_rows=torch.tensor([[5, 6, 1, 0]]).tolist(), tokenizer=parts[1])
    assert finding.severity is Severity.WARNING
    assert finding.summary == "1 of 4 label tokens (25%) are padding and count in the loss"
