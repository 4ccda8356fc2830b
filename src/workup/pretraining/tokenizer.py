"""Tokenizers in T5's manner for a corpus: special ids, 100 sentinels, nothing that is lost.

Newlines and clinical signs (%, /, <, °, µ, ±) can be written, digits stand alone, a piece is either letters
or one sign. Case is kept, because an answer is written as its target was; a teacher that knows no case lends
one meaning to every case of a piece (`teacher_pieces`). The letters of Western Europe and of Greek are known;
any other is one <unk> that takes no neighbour with it. White space but newlines becomes one space, and the
Greek μ the micro sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from workup.errors import RecipeError

SENTINELS = [f"<extra_id_{number}>" for number in range(100)]
_SPECIAL = ["<pad>", "</s>", "<unk>"]
_SPACE = "▁"
_SIGNS = "0123456789\n%/<>=+-_°µ²³±.,:;()[]{}'\"!?&*#@^~→≥≤–’"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The last blocks of Latin-1 and the whole Greek alphabet.
_RARE_LETTERS = "".join(
    letter
    for codes in (range(0xC0, 0x100), range(0x391, 0x3CA))
    for letter in map(chr, codes)
    if letter.isalpha()
)
_KNOWN = f"{_LETTERS}{_RARE_LETTERS}µ"
# A run of known letters, or any one other character; the space before it belongs to it.
_UNIT = rf"{_SPACE}?[{_KNOWN}]+|{_SPACE}?[^{_SPACE}{_KNOWN}]|{_SPACE}"
_LONGEST_UNIT = 1000


def unigram(texts: Iterable[str], pieces: int) -> Any:
    """A fast tokenizer of `pieces` unigram pieces, the special ones among them: <pad> 0, </s> 1, <unk> 2.

    Unigram training is not reproducible between processes: train once and keep the file.
    """
    from tokenizers import models, trainers

    tokenizer = _around(models.Unigram())
    tokenizer.train_from_iterator(
        texts,
        trainers.UnigramTrainer(
            vocab_size=pieces - len(SENTINELS),
            special_tokens=_SPECIAL,
            unk_token="<unk>",
            initial_alphabet=list(_SIGNS + _LETTERS + _RARE_LETTERS + _SPACE),
            show_progress=False,
        ),
    )
    return _finished(tokenizer)


def teacher_pieces(texts: Iterable[str], teacher: Any, pieces: int) -> Any:
    """A fast tokenizer that cuts words where a BERT teacher's does, with the pieces that the texts use most.

    Every case in which a piece occurs is a piece of its own, so that nothing is lost; where all of them are
    kept, a text falls into the very pieces that the teacher reads, digits apart.

    Args:
        teacher: the teacher's fast WordPiece tokenizer.
        pieces: the size of the vocabulary, special pieces and sentinels among them.

    Raises:
        RecipeError: there is no room beside signs and letters.
    """
    from tokenizers import models

    teacher.backend_tokenizer.no_truncation()
    counts = Counter(piece for text in texts for piece in _cut(text, teacher))
    alphabet = [form for sign in _SIGNS + _LETTERS for form in (sign, _SPACE + sign)]
    always = [*_SPECIAL, _SPACE, *alphabet, *_RARE_LETTERS]
    room = pieces - len(SENTINELS) - len(always)
    if room < 0:
        raise RecipeError(
            f"tokenizer.pieces: {pieces} are too few; "
            f"signs, letters and sentinels alone are {len(always) + len(SENTINELS)}"
        )
    frequent = [piece for piece, _ in counts.most_common() if piece not in set(always)]
    vocabulary = {piece: number for number, piece in enumerate([*always, *frequent[:room]])}
    model = models.WordPiece(
        vocabulary, unk_token="<unk>", continuing_subword_prefix="", max_input_chars_per_word=_LONGEST_UNIT
    )
    return _finished(_around(model))


def _cut(text: str, teacher: Any) -> Iterator[str]:
    """The teacher's pieces of a text as they are written there, "▁" before those that begin a word."""
    spans = teacher(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)[
        "offset_mapping"
    ]
    for start, end in spans:
        written = text[start:end]
        if written.isalpha():
            yield (_SPACE if start == 0 or text[start - 1] == " " else "") + written


def _around(model: Any) -> Any:
    """A tokenizer with the given model of pieces: what happens to a text before and after it."""
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers

    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace("μ", "µ"),
            normalizers.Replace(Regex(r"[^\S\n]+"), " "),
            normalizers.Prepend(_SPACE),
            normalizers.Replace(" ", _SPACE),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_UNIT), "isolated")
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def _finished(tokenizer: Any) -> Any:
    """The tokenizer with end token and sentinels, as transformers wants it."""
    from tokenizers import processors
    from transformers import PreTrainedTokenizerFast

    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=SENTINELS,
        clean_up_tokenization_spaces=False,
        model_max_length=1_000_000,
    )
