import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, T5Config, T5ForConditionalGeneration

from workup.examine.checks.environment.resizing_overwrites_head import resizing_overwrites_head
from workup.examine.finding import Severity
from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run
from workup.examine.subject import Subject, versions


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


@pytest.fixture
def untied(tmp_path, tokenizer):
    """A tiny T5 in the manner of v1.1, with an output head of its own, as it is read from a folder."""
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=16,
        d_kv=4,
        num_heads=4,
        d_ff=32,
        num_layers=1,
        num_decoder_layers=1,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
    )
    model = T5ForConditionalGeneration(config)
    model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.shared.weight))
    model.save_pretrained(tmp_path)
    return T5ForConditionalGeneration.from_pretrained(tmp_path)


def findings(model, tokenizer, installed=None):
    subject = Subject(model=model, tokenizer=tokenizer, versions=installed or versions())
    return run(subject, [resizing_overwrites_head], MEASUREMENTS).findings


def test_more_tokens_than_embeddings_threaten_the_head(untied, tokenizer):
    rows = len(tokenizer)
    tokenizer.add_tokens(["<step>", "<stop>"])
    (finding,) = findings(untied, tokenizer)
    assert finding.severity is Severity.WARNING
    assert (finding.evidence["tokens"], finding.evidence["rows"]) == (rows + 2, rows)


def test_resizing_does_throw_the_head_away_and_that_is_an_error(untied, tokenizer):
    head = untied.lm_head.weight.detach().clone()
    tokenizer.add_tokens(["<step>"])
    untied.resize_token_embeddings(len(tokenizer))
    assert not torch.equal(untied.lm_head.weight[: len(head)], head)
    (finding,) = findings(untied, tokenizer)
    assert finding.severity is Severity.ERROR


def test_with_the_remedy_the_head_survives(untied, tokenizer):
    head = untied.lm_head.weight.detach().clone()
    tokenizer.add_tokens(["<step>"])
    exec(findings(untied, tokenizer)[0].remedy.code, {"model": untied})
    assert not findings(untied, tokenizer)
    untied.resize_token_embeddings(len(tokenizer))
    assert torch.equal(untied.lm_head.weight[: len(head)], head)
    assert not findings(untied, tokenizer)


def test_a_tokenizer_that_fits_is_sound(untied, tokenizer):
    assert not findings(untied, tokenizer)


def test_a_model_whose_head_is_its_embeddings_may_be_resized(tiny_t5, tokenizer):
    model = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
    tokenizer.add_tokens(["<step>"])
    assert not findings(model, tokenizer)
    model.resize_token_embeddings(len(tokenizer))
    assert not findings(model, tokenizer)


def test_transformers_4_and_bart_are_not_judged(untied, tokenizer, tiny_bart):
    tokenizer.add_tokens(["<step>"])
    assert not findings(untied, tokenizer, {"transformers": "4.57.6"})
    assert not findings(AutoModelForSeq2SeqLM.from_pretrained(tiny_bart), tokenizer)
