import pytest
from transformers import NllbTokenizer

from workup.examine.checks.model.language_code_missing import language_code_missing
from workup.examine.finding import Severity


@pytest.fixture
def languages():
    """A tokenizer of NLLB's with a tiny vocabulary; its codes are real."""
    vocab = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "▁": 4, "a": 5, "b": 6}
    try:
        return NllbTokenizer(vocab=vocab, merges=[], src_lang="eng_Latn", tgt_lang="deu_Latn")
    except TypeError:
        pytest.skip("transformers 4 makes this tokenizer from a file only")


def encoded(tokenizer, **target):
    inputs, labels = tokenizer(["ab", "b"])["input_ids"], tokenizer(**target)["input_ids"]
    return [{"input_ids": inputs[n], "labels": labels[n]} for n in range(2)]


@pytest.fixture
def found(examine, bart, languages):
    def findings(train_rows, **generation):
        return examine(
            language_code_missing,
            model=bart,
            tokenizer=languages,
            train_rows=train_rows,
            generation=generation,
        )

    return findings


def test_targets_with_the_sources_code_are_found(found, languages):
    (finding,) = found(encoded(languages, text=["a", "ab"]))
    assert finding.severity is Severity.WARNING
    assert "the source's code eng_Latn" in finding.summary


def test_generation_that_is_not_told_the_language_is_found(found, languages):
    (finding,) = found(encoded(languages, text_target=["a", "ab"]))
    assert "generation is not told" in finding.summary
    assert finding.evidence["code in the labels"] == "deu_Latn"


def test_targets_without_any_code_are_found(found, languages):
    bare = [{"input_ids": [5, 2], "labels": [5, 6, 2]}] * 2
    (finding,) = found(bare)
    assert finding.summary == "2 of 2 targets carry no code of a language"


def test_a_model_that_is_told_is_sound(found, languages):
    german = languages.convert_tokens_to_ids("deu_Latn")
    assert not found(encoded(languages, text_target=["a", "ab"]), forced_bos_token_id=german)


def test_a_tokenizer_without_languages_is_not_judged(examine, t5, tokenizer, rows):
    assert not examine(language_code_missing, model=t5, tokenizer=tokenizer, train_rows=rows)
