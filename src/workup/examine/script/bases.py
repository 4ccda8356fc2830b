"""What is known of a base model by its name alone."""

from __future__ import annotations

import re
from typing import Literal

Family = Literal["t5", "t5 v1.1", "mt5", "umt5", "byt5", "longt5", "bart", "mbart", "pegasus", "marian", ""]

# Names that others have trained from, such as "someone/t5-base-titles", are of the family too.
_FAMILIES: tuple[tuple[Family, str], ...] = (
    ("umt5", r"umt5\b"),
    ("mt5", r"mt5\b"),
    ("byt5", r"byt5\b"),
    ("longt5", r"long-t5\b"),
    ("t5 v1.1", r"(flan-t5|t5-v1_1|t5-efficient|t5-\w+-lm-adapt|flan-ul2|ul2$|t0)\b"),
    ("t5", r"t5-(small|base|large|3b|11b)\b"),
    ("mbart", r"mbart\b"),
    ("bart", r"(bart|distilbart)-"),
    ("pegasus", r"pegasus\b"),
    ("marian", r"opus-mt-"),
)
_OF_CLASSES: dict[str, Family] = {
    "T5": "t5",
    "MT5": "mt5",
    "UMT5": "umt5",
    "LongT5": "longt5",
    "Bart": "bart",
    "MBart": "mbart",
    "Pegasus": "pegasus",
    "Marian": "marian",
}
T5_FAMILIES: frozenset[Family] = frozenset({"t5", "t5 v1.1", "mt5", "umt5", "byt5", "longt5"})
# Their checkpoints store one matrix for the embeddings and the head.
TIED: frozenset[Family] = frozenset({"t5", "bart", "mbart", "pegasus", "marian"})
# Original checkpoints: others may have been saved with anything.
_ORIGINAL = re.compile(
    r"^(google-t5/)?t5-(small|base|large|3b|11b)$"
    r"|^google/(flan-t5|t5-v1_1|mt5|umt5|byt5)-\w+$|^facebook/(bart|mbart)-[\w-]+$"
)
# The vocabulary of SentencePiece, bytes or BPE that an original checkpoint was trained with.
_VOCABULARY: dict[Family, str] = {
    "t5": "T5's",
    "t5 v1.1": "T5's",
    "mt5": "mT5's",
    "umt5": "UMT5's",
    "byt5": "bytes",
    "bart": "BART's",
    "mbart": "mBART's",
}
# (tokens of the tokenizer, rows of the embeddings); the spare rows are there for the hardware's sake.
SIZES: dict[Family, tuple[int, int]] = {
    "t5": (32100, 32128),
    "t5 v1.1": (32100, 32128),
    "mt5": (250100, 250112),
    "umt5": (256300, 256384),
}


def family(name: str) -> Family:
    """The family of a checkpoint's name; "" for one that does not say."""
    last = name.rstrip("/").rpartition("/")[2].lower()
    return next((found for found, form in _FAMILIES if re.match(form, last)), "")


def family_of_class(name: str) -> Family:
    """The family of a class such as T5ForConditionalGeneration."""
    return _OF_CLASSES.get(name.partition("For")[0], "") if "For" in name else ""


def is_original(name: str) -> bool:
    """Whether a name is that of a checkpoint as its makers published it."""
    return bool(_ORIGINAL.match(name))


def vocabulary(name: str) -> str:
    """Whose vocabulary an original checkpoint has; "" for any other."""
    return _VOCABULARY.get(family(name), "") if is_original(name) else ""
