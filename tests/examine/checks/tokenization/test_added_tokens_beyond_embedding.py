import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.examine.checks.tokenization.added_tokens_beyond_embedding import added_tokens_beyond_embedding
from workup.examine.finding import Severity


@pytest.fixture
def parts(tiny_t5):
    return {
        "model": AutoModelForSeq2SeqLM.from_pretrained(tiny_t5),
        "tokenizer": AutoTokenizer.from_pretrained(tiny_t5),
    }


def row(tokenizer, text):
    return {"input_ids": tokenizer(text)["input_ids"], "labels": [5, 1]}


def test_a_token_that_was_added_alone_cannot_be_looked_up(examine, parts):
    tokenizer = parts["tokenizer"]
    tokenizer.add_tokens(["<cell>"])
    rows = [row(tokenizer, "snow <cell> coal")]
    (finding,) = examine(added_tokens_beyond_embedding, train_rows=rows, **parts)
    assert finding.severity is Severity.ERROR
    assert "<cell>" in finding.summary
    with pytest.raises(IndexError, match="out of range"):
        parts["model"](input_ids=torch.tensor([rows[0]["input_ids"]]), labels=torch.tensor([[5, 1]]))


def test_an_added_token_that_no_row_has_is_a_warning(examine, parts):
    parts["tokenizer"].add_tokens(["<cell>"])
    rows = [row(parts["tokenizer"], "snow")]
    (finding,) = examine(added_tokens_beyond_embedding, train_rows=rows, **parts)
    assert finding.severity is Severity.WARNING


def test_a_token_in_a_spare_row_is_noted(examine, parts):
    parts["model"].resize_token_embeddings(len(parts["tokenizer"]) + 28, mean_resizing=False)
    parts["tokenizer"].add_tokens(["<cell>"])
    (finding,) = examine(added_tokens_beyond_embedding, **parts)
    assert finding.severity is Severity.NOTE


def test_an_embedding_that_grew_with_the_tokenizer_is_sound(examine, parts):
    parts["tokenizer"].add_tokens(["<cell>"])
    parts["model"].resize_token_embeddings(len(parts["tokenizer"]), mean_resizing=False)
    assert not examine(added_tokens_beyond_embedding, **parts)


def test_nothing_added_is_sound_with_spare_rows_or_without(examine, parts):
    assert not examine(added_tokens_beyond_embedding, **parts)
    parts["model"].resize_token_embeddings(len(parts["tokenizer"]) + 28, mean_resizing=False)
    assert not examine(added_tokens_beyond_embedding, **parts)
