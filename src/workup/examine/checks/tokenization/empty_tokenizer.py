"""TOK009"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.tokens import Unknown

# Beside its special tokens, an empty T5Tokenizer has one piece: the mark that begins a word.
FEW = 2


@check("TOK009", "tokenization")
def empty_tokenizer(tokenizer: Any, unknown: Unknown | None = None) -> Finding | None:
    """The tokenizer has no vocabulary.

    What it checks
    Whether the tokenizer has hardly a piece beside its special tokens and, where rows are at hand, reads
    them as unknown.

    Why it matters
    Every word becomes the unknown token: the model sees nothing of its sources and can write nothing.

    Evidence
    The size of the vocabulary without special tokens, and the share of unknown pieces.

    Example
    Wrong, since transformers 5: `T5Tokenizer(vocab_file="spiece.model")`, which leaves the file unread.
    Right: `AutoTokenizer.from_pretrained(folder)`.

    Remedy
    Load the tokenizer with from_pretrained, from the folder that has its files.

    When it is harmless
    Never. Small alphabets, as of molecules, have more pieces than this.

    Known limits
    A vocabulary of the wrong language is not empty; see `unknown-pieces`.

    Sources
    Measured on tiny models; the test of this check repeats it.
    """
    left = words(tokenizer)
    if left > FEW or (unknown is not None and not unknown.nearly_all):
        return None
    evidence: dict[str, Any] = {"pieces beside special tokens": left}
    told = ""
    if unknown is not None:
        evidence["unknown in sources"] = round(unknown.sources, 3)
        told = f", and {unknown.sources:.0%} of what it makes of the sources is the unknown token"
    return Finding(
        Severity.ERROR,
        f"the tokenizer has {left} pieces beside its special tokens{told}",
        Remedy(
            "load the tokenizer from the folder that has its files",
            code="tokenizer = AutoTokenizer.from_pretrained(folder)",
        ),
        evidence,
    )


def words(tokenizer: Any) -> int:
    """How many pieces a tokenizer has beside its special tokens; a tokenizer of bytes has 256."""
    if not callable(getattr(tokenizer, "get_vocab", None)):
        return 256
    return len(set(tokenizer.get_vocab()) - set(getattr(tokenizer, "all_special_tokens", ())))
