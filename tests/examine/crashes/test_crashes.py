"""What holds for every explanation, and for the asking itself."""

import builtins
import dataclasses
import re

import pytest

from workup.examine.crashes import CRASHES, crash, explain
from workup.examine.finding import STAGES, Severity
from workup.examine.subject import Subject


@pytest.mark.parametrize("one", CRASHES, ids=lambda one: one.code)
def test_the_pattern_finds_each_message_that_is_shown(one):
    assert one.shown
    for message in one.shown:
        assert re.search(one.pattern, message, re.DOTALL), message


@pytest.mark.parametrize("one", CRASHES, ids=lambda one: one.code)
def test_a_crash_is_documented(one):
    lines = one.page.splitlines()
    assert [line for line in lines if line in crash.HEADINGS] == list(crash.HEADINGS)
    assert one.summary.endswith(".")
    assert one.why.endswith(".")
    assert not one.remedy.text.endswith(".")
    assert all(source.startswith("https://") for source in one.sources)
    assert one.stage in STAGES


def test_codes_are_numbered_without_a_gap_and_names_are_unique():
    assert [one.code for one in CRASHES] == [f"CRA{n:03d}" for n in range(1, len(CRASHES) + 1)]
    assert len({one.name for one in CRASHES}) == len(CRASHES)


def raised(error):
    try:
        raise error
    except Exception as caught:
        return caught


def test_an_error_without_a_traceback_is_explained_where_its_message_is_unmistakable():
    assert explain(IndexError("index out of range in self")) is None
    unmistakable = "Seq2SeqTrainingArguments.__init__() got an unexpected keyword argument 'learning_rat'"
    assert explain(TypeError(unmistakable)).remedy.code == "learning_rate=..."


@pytest.mark.parametrize("one", [c for c in CRASHES if not c.anywhere], ids=lambda one: one.code)
def test_the_same_words_in_an_error_of_ones_own_are_not_explained(one):
    kind = getattr(builtins, one.errors[0], None) or type(one.errors[0], (Exception,), {})
    for message in one.shown:
        assert explain(raised(kind(message))) is None


def test_the_cause_of_an_error_is_asked_too(explained, t5, tokenizer):
    def wrapped():
        try:
            tokenizer.decode([5, -100])
        except OverflowError as error:
            raise RuntimeError("could not evaluate") from error

    assert explained(wrapped).code == "CRA061"


def test_a_finding_carries_the_error_its_place_and_its_stage(explained, tokenizer):
    finding = explained(lambda: tokenizer.decode([5, -100]))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["error"].startswith("OverflowError: ")
    assert re.fullmatch(rf"{re.escape(__file__)}:\d+", finding.place)
    assert finding.summary[0].islower() or not finding.summary[0].isalpha()


def test_an_explanation_that_breaks_does_not_take_the_place_of_the_error(monkeypatch, tokenizer):
    def broken(scene):
        raise ZeroDivisionError

    caught = None
    try:
        tokenizer.decode([5, -100])
    except OverflowError as error:
        caught = error
    ours = next(one for one in CRASHES if one.code == "CRA061")
    monkeypatch.setattr("workup.examine.crashes.CRASHES", (dataclasses.replace(ours, tell=broken),))
    assert explain(caught, Subject()) is None
