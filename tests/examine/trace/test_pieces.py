import pytest
from transformers import AutoTokenizer

from workup.examine.trace.pieces import Pieces, losses, percent, shortened, visible
from workup.pipeline import builtin


@pytest.fixture
def pieces(tiny_t5):
    return Pieces(AutoTokenizer.from_pretrained(tiny_t5))


def shown(pieces, text):
    ids = pieces.tokenizer(text)["input_ids"]
    return [cell.text for cell in pieces.line("", ids).cells]


def test_the_spaces_of_both_kinds_of_vocabulary_are_shown_alike(pieces):
    assert shown(pieces, "yellow lemon")[-2:] == ["▁lemon", "</s>"]
    assert "".join(shown(Pieces(builtin.load()[1]), "fever now")).startswith("▁")


def test_line_breaks_and_control_characters_are_seen(pieces):
    text = "".join(shown(pieces, "a\nb\x1b\x07"))
    assert "␤" in text
    assert "␛␇" in text
    assert text.isprintable()


def test_kinds_tell_special_tokens_pads_and_what_is_ignored_from_text(pieces):
    assert [pieces.kind(token) for token in (1, 0, -100, 300)] == ["special", "pad", "ignored", "text"]


def test_an_id_beyond_the_vocabulary_is_shown_as_one(pieces):
    assert pieces.text(10**6) == "?1000000"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a b", "a b"),
        ("a\u00a0b", "a␣b"),
        ("\t\x00\x7f", "␉␀␡"),
        ("\u202eabc", "\\u202eabc"),
        ("日本 é", "日本 é"),
    ],
)
def test_nothing_that_steers_a_terminal_stays_in_a_text(text, seen):
    assert visible(text) == seen


def test_a_long_text_says_how_long_it_is():
    assert shortened("x" * 100_000).endswith("… (100000 characters)")
    assert len(shortened("x" * 100_000)) < 400
    assert shortened("short") == "short"


def test_the_heat_of_a_loss_grows_with_it_and_nan_is_hot():
    cells = losses("loss", [0.01, 1.0, 3.0, 50.0, float("nan"), None]).cells
    assert [cell.heat for cell in cells] == [0.0, 0.25, 0.75, 1.0, 1.0, 0.0]
    assert [cell.text for cell in cells] == ["0.01", "1.00", "3.00", "50.00", "nan", "·"]


@pytest.mark.parametrize(
    ("value", "told"), [(0, "0%"), (0.004, "<1%"), (0.5, "50%"), (0.996, ">99%"), (1, "100%")]
)
def test_probabilities_are_never_rounded_to_certainty(value, told):
    assert percent(value) == told
