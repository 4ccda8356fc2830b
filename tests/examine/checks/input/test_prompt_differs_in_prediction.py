import pytest
from transformers import AutoTokenizer

from workup.examine.checks.input.prompt_differs_in_prediction import prompt_differs_in_prediction
from workup.examine.finding import Severity

THINGS = ["lamp", "chair", "table", "shelf", "box", "pen", "clock", "mirror", "carpet"]
TEXTS = [f"{thing} of the house" for thing in THINGS]
PROMPT = "shorten: "


@pytest.fixture
def rows(pairs):
    return pairs([PROMPT + text for text in TEXTS], TEXTS)


def prompted(prompt):
    return [prompt + text for text in TEXTS]


def test_a_prompt_that_is_missing_in_prediction_is_found(examine, rows):
    (finding,) = examine(prompt_differs_in_prediction, train_pairs=rows, prediction_sources=TEXTS)
    assert finding.severity is Severity.WARNING
    assert finding.summary == "every training source begins with 'shorten: '; 9 of 9 texts to predict lack it"


def test_a_missing_space_after_the_prompt_is_found(examine, rows):
    (finding,) = examine(
        prompt_differs_in_prediction, train_pairs=rows, prediction_sources=prompted("shorten:")
    )
    assert "other white space after it" in finding.summary


def test_a_prompt_that_only_the_prediction_has_is_found(examine, pairs):
    (finding,) = examine(
        prompt_differs_in_prediction, train_pairs=pairs(TEXTS, TEXTS), prediction_sources=prompted(PROMPT)
    )
    assert finding.summary.startswith("all 9 texts to predict begin with 'shorten: '")


def test_where_prompts_choose_the_task_a_missing_one_is_grave(examine, pairs):
    both = prompted(PROMPT) + prompted("translate: ")
    rows = pairs(both, TEXTS * 2)
    (finding,) = examine(prompt_differs_in_prediction, train_pairs=rows, prediction_sources=TEXTS)
    assert finding.severity is Severity.ERROR
    assert not examine(prompt_differs_in_prediction, train_pairs=rows, prediction_sources=both)


def test_the_prompt_that_the_ids_hold_counts_though_the_pairs_lack_it(examine, pairs, tiny_t5):
    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    parts = {
        "tokenizer": tokenizer,
        "train_pairs": pairs(TEXTS, TEXTS),
        "train_rows": [{"input_ids": ids, "labels": ids} for ids in tokenizer(prompted(PROMPT))["input_ids"]],
    }
    assert not examine(prompt_differs_in_prediction, prediction_sources=prompted(PROMPT), **parts)
    assert examine(prompt_differs_in_prediction, prediction_sources=TEXTS, **parts)
    assert examine(prompt_differs_in_prediction, prediction_sources=prompted("shorten:"), **parts)


@pytest.mark.parametrize("prompt", ["", PROMPT, "shorten:"])
def test_the_same_in_both_places_is_sound(examine, pairs, prompt):
    rows = pairs(prompted(prompt), TEXTS)
    given = [f"{prompt}a sofa", f"{prompt}no desk"]
    assert not examine(prompt_differs_in_prediction, train_pairs=rows, prediction_sources=given)


def test_a_short_word_that_all_texts_begin_with_is_no_prompt(examine, pairs):
    rows = pairs(prompted("the "), TEXTS)
    assert not examine(prompt_differs_in_prediction, train_pairs=rows, prediction_sources=["a sofa"])


def test_a_phrase_that_all_texts_begin_with_is_only_noted(examine, pairs):
    rows = pairs(prompted("This is a "), TEXTS)
    (finding,) = examine(prompt_differs_in_prediction, train_pairs=rows, prediction_sources=["Some desk"])
    assert finding.severity is Severity.NOTE


def test_colons_inside_of_texts_are_no_prompts(examine, pairs):
    rows = pairs([f"{text}: red" for text in TEXTS], TEXTS)
    assert not examine(prompt_differs_in_prediction, train_pairs=rows, prediction_sources=["a sofa"])
