import pytest
import transformers
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import AutoTokenizer, PreTrainedTokenizerFast, T5Tokenizer

from workup.examine.checks.tokenization.empty_tokenizer import empty_tokenizer
from workup.examine.checks.tokenization.targets_do_not_survive import targets_do_not_survive
from workup.examine.checks.tokenization.unknown_pieces import unknown_pieces
from workup.examine.finding import Severity


@pytest.fixture
def rows(pairs):
    return pairs(["a snow field", "a ripe lemon"], ["white", "yellow"])


@pytest.mark.skipif(transformers.__version__ < "5", reason="before transformers 5 the file is read")
def test_a_vocabulary_file_that_is_not_read_leaves_the_tokenizer_empty(examine, rows, tmp_path):
    tokenizer = T5Tokenizer(vocab_file=str(tmp_path / "spiece.model"))
    (finding,) = examine(empty_tokenizer, tokenizer=tokenizer, train_pairs=rows)
    assert finding.severity is Severity.ERROR
    assert examine(empty_tokenizer, tokenizer=tokenizer)
    # One cause, one finding: the checks that would see its consequences leave it at that.
    assert not examine(unknown_pieces, tokenizer=tokenizer, train_pairs=rows)
    assert not examine(targets_do_not_survive, tokenizer=tokenizer, train_pairs=rows)


def test_tokenizers_with_words_or_bytes_are_sound(examine, rows, tiny_t5, words):
    for tokenizer in (AutoTokenizer.from_pretrained(tiny_t5), words("white")):
        assert not examine(empty_tokenizer, tokenizer=tokenizer, train_pairs=rows)


def test_a_small_alphabet_is_no_empty_vocabulary(examine, pairs):
    pieces = ["<pad>", "</s>", "<unk>", "a", "c", "g", "t"]
    letters = Tokenizer(models.WordLevel({piece: n for n, piece in enumerate(pieces)}, "<unk>"))
    letters.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=letters, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    assert not examine(empty_tokenizer, tokenizer=tokenizer, train_pairs=pairs(["acgt"], ["tgca"]))
    assert not examine(empty_tokenizer, tokenizer=tokenizer)
