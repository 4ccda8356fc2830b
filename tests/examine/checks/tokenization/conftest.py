"""Makes one check on given parts, as the runner does; and a tokenizer with gaps in its vocabulary."""

from __future__ import annotations

import pytest
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run
from workup.examine.subject import Pair, Subject


@pytest.fixture
def examine():
    """`examine(check, train_pairs=...)`: its findings; a check that fails is a failure of the test."""

    def made(check, **parts):
        report = run(Subject(**parts), [check], MEASUREMENTS)
        assert not report.broken
        return report.findings

    return made


@pytest.fixture
def pairs():
    """`pairs(sources, targets)`: rows as text."""

    def made(sources, targets):
        return [Pair(source, target) for source, target in zip(sources, targets, strict=True)]

    return made


@pytest.fixture
def words():
    """`words("white", ...)`: a tokenizer built as T5's is, with an unknown token and one kind of space.

    It knows the small letters, the digits, some marks and the given words, and appends the end token.
    """

    def made(*known, **more):
        special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -20.0)]
        letters = [(letter, -8.0) for letter in "▁abcdefghijklmnopqrstuvwxyz0123456789.,:"]
        tokenizer = Tokenizer(
            models.Unigram(special + letters + [(f"▁{word}", -4.0) for word in known], unk_id=2)
        )
        tokenizer.normalizer = normalizers.Replace(Regex(r"\s+"), " ")
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        tokenizer.post_processor = processors.TemplateProcessing(
            single="$A </s>", special_tokens=[("</s>", 1)]
        )
        names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", **more}
        return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)

    return made
