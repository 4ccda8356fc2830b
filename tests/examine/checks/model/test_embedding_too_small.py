import pytest
import torch

from workup.examine.checks.model.embedding_too_small import embedding_too_small
from workup.examine.finding import Severity


def test_added_tokens_in_the_rows_without_a_larger_embedding_are_found(examine, t5, tokenizer):
    tokenizer.add_tokens(["<turquoise>"])
    ids = tokenizer("a <turquoise> sea")["input_ids"]
    (finding,) = examine(
        embedding_too_small, model=t5, tokenizer=tokenizer, train_rows=[{"input_ids": ids, "labels": ids}]
    )
    assert finding.severity is Severity.ERROR
    assert finding.evidence["largest ids"]["labels"] == t5.shared.num_embeddings
    with pytest.raises(IndexError):
        t5(input_ids=torch.tensor([ids]), labels=torch.tensor([ids]))


def test_added_tokens_that_no_row_holds_are_a_warning(examine, t5, tokenizer, rows):
    tokenizer.add_tokens(["<turquoise>"])
    (finding,) = examine(embedding_too_small, model=t5, tokenizer=tokenizer, train_rows=rows)
    assert finding.severity is Severity.WARNING


def test_an_embedding_larger_than_the_tokenizer_is_sound(examine, t5, tokenizer, rows):
    t5.resize_token_embeddings(len(tokenizer) + 28)
    assert not examine(embedding_too_small, model=t5, tokenizer=tokenizer, train_rows=rows)


def test_ignored_labels_are_no_ids(examine, t5, tokenizer, rows):
    ignored = [{**row, "labels": [*row["labels"], -100]} for row in rows]
    assert not examine(embedding_too_small, model=t5, tokenizer=tokenizer, train_rows=ignored)
