import pytest
from transformers import AutoTokenizer

from workup.examine.checks.tokenization.sources_cut import sources_cut
from workup.examine.finding import Severity

LONG = "a snow field from the north of an old book about a garden in the market"
THINGS = {"lemon": "yellow", "cherry": "red", "sky": "blue", "coal": "black"}
TARGETS = list(THINGS.values())


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def found(examine, pairs, tokenizer, sources, targets=TARGETS, prompt="", **how):
    ids = tokenizer([prompt + source for source in sources], **how)["input_ids"]
    rows = [
        {"input_ids": row, "labels": tokenizer(target)["input_ids"]}
        for row, target in zip(ids, targets, strict=True)
    ]
    return examine(sources_cut, tokenizer=tokenizer, train_rows=rows, train_pairs=pairs(sources, targets))


CUT = {"truncation": True, "max_length": 12}


def test_rows_that_differ_only_in_what_was_cut_are_an_error(examine, pairs, tokenizer):
    sources = [f"{LONG} and a {thing}" for thing in THINGS]
    (finding,) = found(examine, pairs, tokenizer, sources, **CUT)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["rows made alike"] == 4
    assert "differ only in what was cut" in finding.summary
    assert "lemon" in finding.evidence["what was cut"]
    needed = max(len(ids) for ids in tokenizer(sources)["input_ids"])
    assert finding.remedy.change == {"tokens.source_length": needed}
    assert not found(examine, pairs, tokenizer, sources, truncation=True, max_length=needed)


def test_alike_rows_of_one_target_do_no_such_harm(examine, pairs, tokenizer):
    sources = [f"{LONG} and a {thing}" for thing in THINGS]
    (finding,) = found(examine, pairs, tokenizer, sources, ["white"] * 4, **CUT)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["rows made alike"] == 0


def test_rows_that_lost_what_their_target_repeats_are_an_error(examine, pairs, tokenizer):
    sources = [f"{text} {thing}" for text, thing in zip(TEXTS, THINGS, strict=True)]
    (finding,) = found(examine, pairs, tokenizer, sources, list(THINGS), **CUT)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["rows that lost what their target repeats"] == 4
    told_first = [f"{thing} {text}" for text, thing in zip(TEXTS, THINGS, strict=True)]
    (finding,) = found(examine, pairs, tokenizer, told_first, list(THINGS), **CUT)
    assert finding.severity is Severity.WARNING


TEXTS = [
    "a garden in the north with snow on it, as white as nothing else in the world",
    "an old book from the market, read by nobody but me and an uncle who is dead",
    "some grass behind our house which two horses ate until it was gone for good",
    "my first piece of coal, found under those stones where you sit every evening",
]


def test_a_word_that_all_sources_have_at_their_end_is_missed(examine, pairs, tokenizer):
    sources = [f"{text}. name the colour: {thing}" for text, thing in zip(TEXTS, THINGS, strict=True)]
    (finding,) = found(examine, pairs, tokenizer, sources, **CUT)
    assert finding.severity is Severity.WARNING
    assert "colour" in finding.evidence["missing words"]
    assert "colour" in finding.summary


def test_long_texts_that_are_told_by_their_beginning_are_at_most_a_warning(examine, pairs, tokenizer):
    (many,) = found(examine, pairs, tokenizer, TEXTS, **CUT)
    assert many.severity is Severity.WARNING
    assert many.evidence["rows made alike"] == 0
    assert "missing words" not in many.evidence


def test_one_long_source_of_many_is_noted(examine, pairs, tokenizer):
    sources, targets = ["a lemon"] * 120 + [LONG], ["yellow"] * 120 + ["white"]
    (finding,) = found(examine, pairs, tokenizer, sources, targets, **CUT)
    assert finding.severity is Severity.NOTE


def test_a_text_behind_a_prompt_and_one_cut_at_its_beginning_are_seen(examine, pairs, tokenizer):
    sources = [f"{LONG} and a {thing}" for thing in THINGS]
    behind = found(
        examine, pairs, tokenizer, sources, prompt="name the colour: ", truncation=True, max_length=20
    )
    assert behind[0].evidence["rows made alike"] == 4
    assert behind[0].evidence["needed"] == max(
        len(ids) for ids in tokenizer(["name the colour: " + source for source in sources])["input_ids"]
    )
    tokenizer.truncation_side = "left"
    (before,) = found(examine, pairs, tokenizer, sources, **CUT)
    assert before.evidence["rows made alike"] == 0
    assert before.evidence["what was cut"].startswith("a snow")


def test_whole_sources_are_sound_with_a_prompt_with_pads_and_of_one_word_again(examine, pairs, tokenizer):
    sources = [f"{LONG} and a {thing}" for thing in THINGS]
    assert not found(examine, pairs, tokenizer, sources)
    assert not found(examine, pairs, tokenizer, sources, prompt="name the colour: ")
    assert not found(examine, pairs, tokenizer, sources, padding="max_length", max_length=80)
    assert not found(examine, pairs, tokenizer, ["a a a a a a a a a a a a"] * 4)


def test_other_texts_than_the_stored_ones_are_not_called_cut(examine, pairs, tokenizer):
    rows = [{"input_ids": tokenizer("black coal")["input_ids"], "labels": [5, 1]} for _ in TARGETS]
    assert not examine(
        sources_cut, tokenizer=tokenizer, train_rows=rows, train_pairs=pairs([LONG] * 4, TARGETS)
    )
