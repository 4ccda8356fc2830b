import pytest
from transformers import AutoTokenizer

from workup.examine.measurements.answers import answers, unframed
from workup.examine.subject import Generated


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def test_special_tokens_around_a_text_are_taken_off_and_those_within_it_are_not():
    marks = ("<pad>", "</s>")
    assert unframed("<pad> black</s> green </s><pad>", marks) == "black</s> green"
    assert unframed("</s>", marks) == ""
    assert unframed(" black ", marks) == " black "


def test_an_answer_is_told_without_its_frame_beside_what_was_decoded(tokenizer):
    generated = [
        Generated("coal", (0, 9, 1), "<pad>black</s>", "black</s>"),
        Generated("x", (0, 1), "", None),
    ]
    rows = answers(generated, tokenizer=tokenizer).rows
    assert [(row.text, row.expected, row.decoded) for row in rows] == [
        ("black", "black", "<pad>black</s>"),
        ("", None, ""),
    ]


def test_without_a_tokenizer_texts_stay_as_they_are():
    (row,) = answers([Generated("coal", (0, 9, 1), "black</s>", "black</s>")]).rows
    assert (row.text, row.expected) == ("black</s>", "black</s>")
