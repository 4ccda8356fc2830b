import pytest
import torch
from transformers import AutoTokenizer

from workup.examine.capture.texts import Texts, as_texts, fingerprint, id_rows
from workup.examine.subject import Pair


@pytest.fixture
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def test_a_text_is_found_again_however_its_ids_were_padded(tokenizer):
    texts = Texts()
    source, target = "a  ripe LEMON", "yellow "
    texts.remember([source], tokenizer([source], padding="max_length", max_length=30)["input_ids"], 0)
    texts.remember(target, tokenizer(target)["input_ids"], 0)
    assert texts.of(tokenizer(source)["input_ids"], tokenizer) == source
    assert texts.of([*tokenizer(target)["input_ids"], -100, -100], tokenizer) == target


def test_ids_that_nobody_saw_made_are_decoded(tokenizer):
    ids = tokenizer("a snow field")["input_ids"]
    assert Texts().of([*ids, -100], tokenizer).strip() == "a snow field"


def test_ids_without_their_first_are_those_of_the_same_text(tokenizer):
    texts = Texts()
    texts.remember(["a snow field", "snow field"], tokenizer(["a snow field", "snow field"])["input_ids"], 0)
    assert texts.of(tokenizer("a snow field")["input_ids"][1:], tokenizer) in ("a snow field", "snow field")
    assert texts.of(tokenizer("snow field")["input_ids"], tokenizer) == "snow field"
    assert texts.of(tokenizer("snow field")["input_ids"][1:], tokenizer) == "snow field"


def test_only_so_much_is_remembered(tokenizer):
    texts = Texts(most_characters=5)
    for text in ("snow", "coal"):
        texts.remember(f"more {text}", tokenizer(text)["input_ids"], 0)
    assert texts.of(tokenizer("snow")["input_ids"], tokenizer) == "more snow"
    assert texts.of(tokenizer("coal")["input_ids"], tokenizer).strip() == "coal"


def test_what_is_no_text_with_its_ids_is_left_alone(tokenizer):
    texts = Texts()
    ids = tokenizer("coal")["input_ids"]
    for given, made in (([["a", "b"]], [ids]), (["a", "b"], [ids]), (None, ids), ("a", None), ("a", "ids")):
        texts.remember(given, made, 0)
    assert texts.of(ids, tokenizer).strip() == "coal"


@pytest.mark.parametrize("kind", [list, tuple, torch.tensor])
def test_rows_of_ids_may_be_of_any_kind(kind):
    assert id_rows(kind([3, 4])) == [[3, 4]]
    assert id_rows(kind([[3, 4], [5, 6]])) == [[3, 4], [5, 6]]
    assert id_rows(["3"]) == id_rows(None) == id_rows([]) == []


def test_pads_in_the_middle_count_and_those_at_the_ends_do_not():
    assert fingerprint([0, 5, 6, 0, -100], 0) == fingerprint([5, 6], 0)
    assert fingerprint([5, 0, 6], 0) != fingerprint([5, 6], 0)


def test_rows_are_read_as_text_one_by_one(tokenizer):
    read = []

    class Rows(list):
        def __getitem__(self, at):
            read.append(at)
            return super().__getitem__(at)

    pairs = [("a snow field", "white"), ("a ripe lemon", "yellow"), ("coal", "black")]
    rows = Rows(
        {"input_ids": tokenizer(source)["input_ids"], "labels": tokenizer(target)["input_ids"]}
        for source, target in pairs
    )
    texts = Texts()
    for source, target in pairs:
        texts.remember([source, target], [tokenizer(source)["input_ids"], tokenizer(target)["input_ids"]], 0)
    found = as_texts(rows, texts, tokenizer)
    assert (len(found), found[1], found[1:]) == (3, Pair(*pairs[1]), [Pair(*pair) for pair in pairs[1:]])
    assert read == [0, 1, 2]
    with pytest.raises(IndexError):
        found[3]


def test_rows_without_ids_are_no_texts(tokenizer):
    assert as_texts([{"text": "a", "labels": "b"}], Texts(), tokenizer) is None
    assert as_texts([], Texts(), tokenizer) is None
    assert as_texts(None, Texts(), tokenizer) is None
