"""A tokenizer with gaps in its vocabulary."""

from __future__ import annotations

import pytest
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast


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
