import torch
from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainingArguments, T5ForConditionalGeneration

from workup.examine.checks.batching.no_labels import no_labels
from workup.examine.finding import Severity


def renamed(rows, name):
    return [{name if k == "labels" else k: v for k, v in row.items()} for row in rows]


def test_labels_under_another_name_are_named(examine, rows, tokenizer, t5, tmp_path):
    (finding,) = examine(
        no_labels,
        train_rows=renamed(rows, "target_ids"),
        collator=DataCollatorForSeq2Seq(tokenizer, model=t5),
        arguments=Seq2SeqTrainingArguments(str(tmp_path), report_to="none", use_cpu=True),
        model=t5,
    )
    assert finding.severity is Severity.ERROR
    assert finding.evidence["candidates"] == ["target_ids"]
    assert "'target_ids' may be the labels" in finding.summary
    assert "rename_column('target_ids', 'labels')" in finding.remedy.code


def test_they_are_named_too_where_the_collator_fails_on_them(examine, rows, tokenizer):
    (finding,) = examine(
        no_labels, train_rows=renamed(rows, "target_ids"), collator=DataCollatorForSeq2Seq(tokenizer)
    )
    assert finding.evidence["candidates"] == ["target_ids"]


def test_rows_with_labels_are_sound(examine, rows, tokenizer):
    assert not examine(no_labels, train_rows=rows, collator=DataCollatorForSeq2Seq(tokenizer))


def test_a_collator_that_makes_the_labels_is_sound(examine, rows, tokenizer):
    def collate(given):
        return DataCollatorForSeq2Seq(tokenizer)(
            [{"input_ids": row["input_ids"], "labels": row["target_ids"]} for row in given]
        )

    assert not examine(no_labels, train_rows=renamed(rows, "target_ids"), collator=collate)


def test_a_captured_batch_with_labels_settles_it(examine, rows, tokenizer):
    batch = DataCollatorForSeq2Seq(tokenizer)(rows)
    assert not examine(
        no_labels,
        train_rows=renamed(rows, "target_ids"),
        collator=DataCollatorForSeq2Seq(tokenizer),
        captured_batch=batch,
    )


def test_a_model_that_takes_the_other_name_is_sound(examine, rows, tokenizer, t5):
    class Own(T5ForConditionalGeneration):
        def forward(self, input_ids=None, target_ids=None, **others):
            return super().forward(input_ids=input_ids, labels=target_ids, **others)

    even = [{"input_ids": [5, 6, 1], "target_ids": [7, 8, 1]} for _ in rows]
    parts = {"train_rows": even, "collator": DataCollatorForSeq2Seq(tokenizer)}
    assert examine(no_labels, **parts, model=t5)
    assert not examine(no_labels, **parts, model=Own(t5.config))


def test_decoder_inputs_with_a_loss_of_ones_own_are_sound(examine):
    rows = [{"input_ids": [5, 1], "decoder_input_ids": [0, 7]}] * 2

    def collate(given):
        return {name: torch.tensor([row[name] for row in given]) for name in given[0]}

    assert not examine(no_labels, train_rows=rows, collator=collate)
