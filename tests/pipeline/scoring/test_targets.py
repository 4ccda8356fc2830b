import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from workup.errors import DataError
from workup.pipeline.scoring.targets import targets
from workup.recipe import Tokens

TOKENS = Tokens(target_length=8)


@pytest.fixture(scope="module")
def words():
    """A tokenizer that knows three words."""
    pieces = {"<pad>": 0, "</s>": 1, "<unk>": 2, "red": 3, "blue": 4, "dark": 5}
    made = Tokenizer(models.WordLevel(pieces, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def test_every_text_ends_in_the_end_token_even_where_the_fine_tune_forgot_it(words):
    found = targets(words, {"r": ["red"], "b": ["dark blue"]}, Tokens(append_eos=False))
    assert found.answers == ("r", "b")
    assert found.sequences == ((3, 1), (5, 4, 1))


def test_the_texts_of_an_answer_stand_together(words):
    found = targets(words, {"r": ["red", "dark red"], "b": ["blue"]}, TOKENS)
    assert found.starts == (0, 2)
    assert found.longest == ("r", 3)


def test_texts_of_one_answer_with_the_same_ids_count_once(words):
    assert targets(words, {"r": ["red", "red", " red "]}, TOKENS).sequences == ((3, 1),)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "there is no answer to score"),
        ({"r": []}, "answer 'r' has no text"),
        ({"r": ["red", " "]}, "answer 'r' has an empty text"),
        ({"r": "red"}, r"answer 'r' needs a list of texts: write \['red'\]"),
        ({"r": ["red"], "s": ["red"]}, "answers 'r' and 's' share the text 'red'"),
        ({"r": ["dark red"], "s": ["dark  red"]}, "have the same tokens in 'dark red' and 'dark  red'"),
        ({"g": ["dark green"]}, "answer 'g': the tokenizer does not know all of 'dark green'"),
        ({"r": ["red </s>"]}, "answer 'r': 'red </s>' contains the end token"),
        ({"r": ["dark " * 9 + "red"]}, "is longer than the 8 tokens of a target; raise tokens.target_length"),
    ],
)
def test_answers_that_mean_nothing_or_the_same_are_refused_by_name(words, answers, said):
    with pytest.raises(DataError, match=said):
        targets(words, answers, TOKENS)


def test_none_is_a_text_like_any_other(tokenizer):
    assert targets(tokenizer, {"nothing": ["None"], "unknown": ["n/a"]}, TOKENS).answers[0] == "nothing"
