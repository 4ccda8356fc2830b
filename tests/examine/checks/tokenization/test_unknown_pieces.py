from transformers import AutoTokenizer

from workup.examine.checks.tokenization.unknown_pieces import unknown_pieces
from workup.examine.finding import Severity


def rows(pairs, sources):
    return pairs(sources, ["white"] * len(sources))


def test_a_script_that_the_vocabulary_lacks_is_found(examine, pairs, words):
    sources = ["снег лежит на поле", "лимон на рынке"]
    (finding,) = examine(unknown_pieces, tokenizer=words(), train_pairs=rows(pairs, sources))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["rows with one"] == 2
    assert finding.evidence["unknown in targets"] == 0


def test_a_stray_character_is_only_noted(examine, pairs, words):
    sources = ["a long text about snow on the fields of the north"] * 9 + ["snow ★"]
    (finding,) = examine(unknown_pieces, tokenizer=words(), train_pairs=rows(pairs, sources))
    assert finding.severity is Severity.NOTE
    assert finding.evidence["characters"] == "★"


def test_text_in_known_letters_is_sound(examine, pairs, words):
    assert not examine(unknown_pieces, tokenizer=words(), train_pairs=rows(pairs, ["snow on a field"]))


def test_the_unknown_token_written_out_is_the_texts_own(examine, pairs, words):
    assert not examine(unknown_pieces, tokenizer=words(), train_pairs=rows(pairs, ["the <unk> of snow"]))


def test_a_tokenizer_of_bytes_knows_every_script(examine, pairs, tiny_t5):
    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    assert not examine(unknown_pieces, tokenizer=tokenizer, train_pairs=rows(pairs, ["снег лежит"]))
