import torch
from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.batching.labels_shifted_twice import labels_shifted_twice
from workup.examine.finding import Severity
from workup.examine.subject import Pair


def beheaded(rows):
    return [{**row, "labels": row["labels"][1:]} for row in rows]


def test_targets_without_their_first_token_are_found(examine, rows, colour_pairs, tokenizer, t5):
    (finding,) = examine(
        labels_shifted_twice,
        train_rows=beheaded(rows),
        train_pairs=colour_pairs,
        collator=DataCollatorForSeq2Seq(tokenizer, model=t5),
        tokenizer=tokenizer,
        model=t5,
    )
    assert finding.severity is Severity.ERROR
    assert finding.evidence["without the first token"] == 3
    assert finding.summary.startswith("3 of 3 label rows lack the first token of their target")


def test_answers_of_one_word_are_found_too(examine, rows, tokenizer):
    word = min(token[1:] for token in tokenizer.get_vocab() if token.startswith("Ġ") and token[1:].isalpha())
    labels = tokenizer(text_target=word)["input_ids"]
    assert len(labels) == 2
    assert examine(
        labels_shifted_twice,
        train_rows=beheaded([{**rows[0], "labels": labels}]),
        train_pairs=[Pair("a lemon", word)],
        collator=DataCollatorForSeq2Seq(tokenizer),
        tokenizer=tokenizer,
    )


def test_whole_targets_are_sound(examine, rows, colour_pairs, tokenizer, t5):
    for collator in (DataCollatorForSeq2Seq(tokenizer), DataCollatorForSeq2Seq(tokenizer, model=t5)):
        assert not examine(
            labels_shifted_twice,
            train_rows=rows,
            train_pairs=colour_pairs,
            collator=collator,
            tokenizer=tokenizer,
        )


def test_labels_that_go_with_decoder_inputs_of_the_same_target_are_sound(examine, colour_pairs, tokenizer):
    row = tokenizer(text_target=colour_pairs[2].target)["input_ids"]
    batch = {
        "input_ids": torch.tensor([[5, 1]]),
        "decoder_input_ids": torch.tensor([row[:-1]]),
        "labels": torch.tensor([row[1:]]),
    }
    parts = {"train_pairs": colour_pairs, "tokenizer": tokenizer}
    assert not examine(labels_shifted_twice, captured_batch=batch, **parts)
    del batch["decoder_input_ids"]
    assert examine(labels_shifted_twice, captured_batch=batch, **parts)


def test_a_missing_special_token_is_no_missing_beginning(examine, rows, colour_pairs, tokenizer):
    from tokenizers import processors

    tokenizer.add_special_tokens({"bos_token": "<s>"})
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", tokenizer.bos_token_id), ("</s>", 1)]
    )
    assert tokenizer("white")["input_ids"][0] == tokenizer.bos_token_id
    assert not examine(
        labels_shifted_twice,
        train_rows=rows,
        train_pairs=colour_pairs,
        collator=DataCollatorForSeq2Seq(tokenizer),
        tokenizer=tokenizer,
    )


def test_labels_of_other_texts_are_not_judged(examine, rows, colour_pairs, tokenizer):
    others = [{**row, "labels": [7, 8, 9, 1]} for row in rows]
    assert not examine(
        labels_shifted_twice,
        train_rows=others,
        train_pairs=colour_pairs,
        collator=DataCollatorForSeq2Seq(tokenizer),
        tokenizer=tokenizer,
    )
