import importlib
import sys

import pytest
from transformers import AutoTokenizer

from workup.examine.checks.tokenization.stale_cached_rows import stale_cached_rows
from workup.examine.finding import Severity

SOURCES = ["a lemon", "a cherry", "some grass", "the sky", "fresh snow", "a piece of coal"]
TARGETS = ["yellow", "red", "green", "blue", "white", "black"]
CODES = ["c17", "c25", "c33", "c48", "c59", "c60"]
PREPARE = """
def prepare(row, tokenizer):
    return {{**tokenizer(row["source"]), "labels": tokenizer(row["{column}"])["input_ids"]}}
"""


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def rows(tokenizer, sources, targets, **how):
    ids, labels = tokenizer(sources, **how)["input_ids"], tokenizer(targets, **how)["input_ids"]
    return [{"input_ids": a, "labels": b} for a, b in zip(ids, labels, strict=True)]


def found(examine, pairs, tokenizer, stored, targets=TARGETS):
    return examine(
        stale_cached_rows, tokenizer=tokenizer, train_rows=stored, train_pairs=pairs(SOURCES, targets)
    )


@pytest.fixture
def module(tmp_path, monkeypatch):
    """`module("target")`: a module of the user's with a function that takes its labels from that column."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def written(column):
        (tmp_path / "preparation_of_rows.py").write_text(PREPARE.format(column=column))
        sys.modules.pop("preparation_of_rows", None)
        importlib.invalidate_caches()
        return importlib.import_module("preparation_of_rows")

    yield written
    sys.modules.pop("preparation_of_rows", None)


def test_labels_of_an_earlier_preprocessing_are_found(examine, pairs, tokenizer, module):
    table = [{"source": s, "target": t, "code": c} for s, t, c in zip(SOURCES, TARGETS, CODES, strict=True)]
    cache = [module("code").prepare(row, tokenizer) for row in table]
    (finding,) = found(examine, pairs, tokenizer, cache)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["stored"] == "c17"
    assert finding.evidence["now"] == "yellow"
    fresh = [module("target").prepare(row, tokenizer) for row in table]
    assert not found(examine, pairs, tokenizer, fresh)


def test_rows_with_a_prompt_and_cut_rows_are_fresh(examine, pairs, tokenizer):
    prompted = [f"name the colour: {source}" for source in SOURCES]
    assert not found(examine, pairs, tokenizer, rows(tokenizer, prompted, TARGETS))
    cut = rows(tokenizer, prompted, TARGETS, truncation=True, max_length=6)
    assert not found(examine, pairs, tokenizer, cut)


def test_a_target_in_a_frame_is_the_same_target(examine, pairs, tokenizer):
    framed = [f"colour: {target}." for target in TARGETS]
    assert not found(examine, pairs, tokenizer, rows(tokenizer, SOURCES, framed))


def test_rows_in_another_order_are_not_stale(examine, pairs, tokenizer):
    assert not found(examine, pairs, tokenizer, rows(tokenizer, SOURCES[::-1], TARGETS[::-1]))
    assert not found(examine, pairs, tokenizer, rows(tokenizer, SOURCES, TARGETS[1:] + TARGETS[:1]))


def test_targets_in_other_letters_are_only_noted(examine, pairs, tokenizer):
    (finding,) = found(examine, pairs, tokenizer, rows(tokenizer, SOURCES, [t.upper() for t in TARGETS]))
    assert finding.severity is Severity.NOTE


def test_rows_of_another_number_are_not_compared(examine, pairs, tokenizer):
    assert not found(examine, pairs, tokenizer, rows(tokenizer, SOURCES, CODES)[:4])
