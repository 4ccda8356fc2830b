"""A crash in training comes again without the remedy, and does not come with it."""

from dataclasses import replace

import pytest
from transformers import DataCollatorForSeq2Seq, default_data_collator

from workup.examine.checks import CATALOGUE
from workup.examine.confirm import confirm
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.report import Report

IGNORED_COLUMNS = [{"text": "some coal", "colour": "black"}] * 16


def confirmed(outcome, code):
    assert (outcome.cause, outcome.verdict) == (code, "confirmed"), outcome
    assert outcome.is_proof
    assert outcome.steps_with > outcome.steps
    assert outcome.rows
    assert "without the remedy the error comes again" in outcome.told
    return True


def test_rows_that_nobody_pads(workshop, tried):
    assert confirmed(tried(*workshop.crashed(collator=default_data_collator)), "CRA040")


def test_label_smoothing_without_the_model(workshop, tried):
    collator = DataCollatorForSeq2Seq(workshop.tokenizer)
    assert confirmed(tried(*workshop.crashed(collator, label_smoothing_factor=0.1)), "CRA041")


def test_text_among_the_ids(workshop, tried):
    rows = [{**row, "note": "some coal"} for row in workshop.rows()]
    assert confirmed(tried(*workshop.crashed(rows=rows, remove_unused_columns=False)), "CRA039")


def test_labels_under_another_name(workshop, tried):
    rows = [{"target_ids": row.pop("labels"), **row} for row in workshop.rows()]
    outcome = tried(*workshop.crashed(rows=rows))
    assert confirmed(outcome, "CRA042")
    assert "'target_ids'" in outcome.what


def test_columns_that_the_collator_wanted(workshop, tried):
    tokenizer = workshop.tokenizer

    def collate(rows):
        texts, colours = [row["text"] for row in rows], [row["colour"] for row in rows]
        batch = tokenizer(texts, padding=True, return_tensors="pt")
        return {
            **batch,
            "labels": tokenizer(text_target=colours, padding=True, return_tensors="pt")["input_ids"],
        }

    assert confirmed(tried(*workshop.crashed(collate, rows=IGNORED_COLUMNS)), "CRA034")


def test_sources_longer_than_the_positions(bart_workshop, tried):
    rows = bart_workshop.rows()
    rows[20] = {name: ids * 20 if name != "labels" else ids for name, ids in rows[20].items()}
    assert confirmed(tried(*bart_workshop.crashed(rows=rows)), "CRA045")


def test_tokens_without_a_row_of_the_embedding(workshop, tried):
    tokenizer = workshop.tokenizer
    tokenizer.add_tokens(["tangerine", "violet"])
    rows = workshop.rows()
    rows[3]["input_ids"] = tokenizer("a tangerine")["input_ids"]
    rows[3]["attention_mask"] = [1] * len(rows[3]["input_ids"])
    finding, subject = workshop.crashed(rows=rows, tokenizer=tokenizer)
    assert confirmed(tried(finding, subject), "CRA046")
    assert len(subject.model.get_input_embeddings().weight) < len(tokenizer), "the user's model was resized"


def test_a_crash_that_stays_with_the_remedy_is_not_its_fault(workshop, tried):
    rows = workshop.rows()
    rows[0]["input_ids"][0] = 5000
    _, subject = workshop.crashed(rows=rows)
    outcome = tried("CRA040", subject, error="IndexError: index out of range in self")
    assert (outcome.verdict, outcome.reason) == ("no effect", "the same error comes with it"), outcome
    assert not outcome.is_proof


def test_a_crash_that_does_not_come_again_proves_nothing(workshop, tried):
    subject = workshop.subject(arguments=workshop.arguments(max_steps=12))
    outcome = tried("CRA040", subject, error="ValueError: expected sequence of length 18 at dim 1 (got 19)")
    assert outcome.verdict == "undecided", outcome
    assert "did not come again" in outcome.told


def test_another_crash_behind_the_first_is_told(workshop, tried):
    rows = workshop.rows()
    rows[0]["input_ids"][0] = 5000
    finding, subject = workshop.crashed(collator=default_data_collator, rows=rows)
    outcome = tried(finding, subject)
    assert outcome.verdict == "undecided", outcome
    assert "with it another error comes: IndexError" in outcome.reason


def test_a_crash_in_a_later_step_is_waited_for(workshop, tried):
    rows = workshop.rows() * 6
    rows[-1] = {**rows[-1], "input_ids": [5000, 1], "attention_mask": [1, 1]}
    tokenizer = workshop.tokenizer
    tokenizer.add_tokens([f"word{number}" for number in range(5000)])
    finding, subject = workshop.crashed(rows=rows, tokenizer=tokenizer, train_sampling_strategy="sequential")
    outcome = tried(finding, subject)
    assert confirmed(outcome, "CRA046")
    assert outcome.steps > 10
    assert outcome.steps_with == outcome.steps + 1


@pytest.mark.parametrize("code", ["BAT012", "CRA041"])
def test_a_collator_of_ones_own_cannot_be_given_the_model(workshop, tried, code):
    subject = workshop.subject(collator=default_data_collator)
    assert "does not say what would have to be changed" in tried(code, subject, error="ValueError: x").told


def test_another_fault_behind_a_crash_is_tried_with_the_crash_mended(workshop):
    rows = [{**row, "labels": row["labels"][:-1]} for row in workshop.rows()]
    crash, subject = workshop.crashed(default_data_collator, rows=rows)
    endless = Finding(Severity.ERROR, "no end", Remedy("add it"), code="TOK005", stage="tokenization")
    report = Report((crash, endless), tuple(check for check in CATALOGUE if check.code == "TOK005"), (), ())
    subject = replace(subject, generation={"max_new_tokens": 8})
    outcomes = {one.cause: one for one in confirm(report, subject, budget=600).outcomes}
    assert confirmed(outcomes["CRA040"], "CRA040")
    assert outcomes["TOK005"].verdict == "confirmed", outcomes["TOK005"]
    assert outcomes["TOK005"].reason == "with the remedy of CRA040 in place"
