import torch
from transformers import AutoModelForSeq2SeqLM

from examination import findings_of, only_newer
from workup.examine.checks.environment.resizing_overwrites_head import resizing_overwrites_head
from workup.examine.finding import Severity
from workup.examine.subject import Subject, versions


def findings(model, tokenizer, installed=None):
    subject = Subject(model=model, tokenizer=tokenizer, versions=installed or versions())
    return findings_of(resizing_overwrites_head, subject)


@only_newer
def test_more_tokens_than_embeddings_threaten_the_head(untied, tokenizer):
    rows = len(tokenizer)
    tokenizer.add_tokens(["<step>", "<stop>"])
    (finding,) = findings(untied, tokenizer)
    assert finding.severity is Severity.WARNING
    assert (finding.evidence["tokens"], finding.evidence["rows"]) == (rows + 2, rows)


@only_newer
def test_resizing_does_throw_the_head_away_and_that_is_an_error(untied, tokenizer):
    head = untied.lm_head.weight.detach().clone()
    tokenizer.add_tokens(["<step>"])
    untied.resize_token_embeddings(len(tokenizer))
    assert not torch.equal(untied.lm_head.weight[: len(head)], head)
    (finding,) = findings(untied, tokenizer)
    assert finding.severity is Severity.ERROR


@only_newer
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
