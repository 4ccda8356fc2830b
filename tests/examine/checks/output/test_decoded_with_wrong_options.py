import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from workup.examine.checks.output.decoded_with_wrong_options import decoded_with_wrong_options as check
from workup.examine.finding import Severity
from workup.examine.subject import Generated

TEXTS = ["yellow . green", "red . blue", "white . red", "blue . green"]
CELLS = ["yellow <cell> green", "red <cell> blue", "white <cell> red", "blue <cell> green"]


@pytest.fixture
def tokenizer():
    """Whole words and marks, and a special token that is part of the answers."""
    names = ["<pad>", "</s>", "<unk>", "<cell>", "yellow", "red", "green", "blue", "white", "black", "."]
    made = Tokenizer(models.WordLevel({name: n for n, name in enumerate(names)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=["<cell>"],
    )


@pytest.fixture
def answers(tokenizer):
    """`answers(texts, skip_special_tokens=True)`: right answers, decoded so."""

    def made(texts, expected=None, **how):
        found = []
        for text, one in zip(texts, expected or texts, strict=True):
            ids = (0, *tokenizer(text)["input_ids"], 1, 0)
            found.append(Generated("a lemon", ids, tokenizer.decode(ids, **how), one))
        return found

    return made


def test_a_special_token_that_belongs_to_the_answer_is_skipped(examined, answers, tokenizer):
    (finding,) = examined(check, answers(CELLS, skip_special_tokens=True))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["expected texts altered"] == 4
    assert finding.evidence["skip_special_tokens"] is True
    assert "clean_up_tokenization_spaces" not in finding.evidence
    assert "skip_special_tokens=False" in finding.remedy.code


def test_tidied_spaces_make_another_text(examined, answers):
    tidied = answers(TEXTS, skip_special_tokens=True, clean_up_tokenization_spaces=True)
    assert tidied[0].text == "yellow. green"
    (finding,) = examined(check, tidied)
    assert finding.evidence["clean_up_tokenization_spaces"] is True
    assert "skip_special_tokens" not in finding.evidence


def test_wrong_answers_show_the_options_as_well(examined, answers):
    wrong = answers(TEXTS[::-1], TEXTS, skip_special_tokens=True, clean_up_tokenization_spaces=True)
    (finding,) = examined(check, wrong)
    assert finding.evidence["expected texts altered"] == 4


def test_the_end_token_behind_each_text_is_found(examined, answers):
    (finding,) = examined(check, answers(TEXTS))
    assert finding.evidence["marks"] == ["</s>", "<pad>"]
    assert finding.remedy.code == "tokenizer.batch_decode(ids, skip_special_tokens=True)"


def test_ends_are_left_in_on_purpose_where_skipping_would_take_a_mark_away(examined, answers):
    """They are taken off by hand afterwards, which nobody sees."""
    raw = answers(CELLS)
    assert raw[0].text == "<pad> yellow <cell> green </s> <pad>"
    assert not examined(check, raw)


def test_an_end_that_was_written_into_the_target_is_no_part_of_the_answer(examined, answers):
    written = [f"{text}</s>" for text in TEXTS]
    assert not examined(check, answers(TEXTS, written, skip_special_tokens=True))


def test_signs_for_spaces_are_found(examined):
    pieces = [Generated("a lemon", (0, 4, 1), "▁yellow▁green", "yellow green")] * 3
    (finding,) = examined(check, pieces)
    assert finding.evidence["marks"] == ["▁"]


def test_options_that_keep_the_expected_texts_are_sound(examined, answers):
    assert not examined(check, answers(TEXTS, skip_special_tokens=True, clean_up_tokenization_spaces=False))
    assert not examined(check, answers(["yellow", "red"], skip_special_tokens=True))


def test_marks_that_the_expected_texts_have_too_are_sound(examined, tokenizer):
    kept = [Generated("a lemon", tuple(tokenizer(text)["input_ids"]), text, text) for text in CELLS]
    assert not examined(check, kept)


def test_options_that_cannot_be_told_are_not_blamed(examined, answers):
    """Answers without a full stop: nobody knows whether they were tidied."""
    vague = answers(["red", "blue", "white", "green"], TEXTS, skip_special_tokens=True)
    assert not examined(check, vague)


def test_texts_that_no_option_keeps_are_another_fault(examined, answers):
    unknown = answers(["red", "blue"], ["purple", "violet"], skip_special_tokens=True)
    assert not examined(check, unknown)


def test_texts_edited_by_hand_are_not_explained(examined, answers):
    edited = [
        Generated(a.source, a.ids, a.text.upper(), a.expected)
        for a in answers(CELLS, skip_special_tokens=True)
    ]
    assert not examined(check, edited)
