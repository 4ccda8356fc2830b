"""Texts by fingerprints that their copies share, whatever was changed in a copy first.

A text is compared as its words in alphabetical order, in small letters, without marks, every digit a zero.
So a copy in which the numbers, the marks or the order of the sentences were changed has the same fingerprint,
and nobody can read a text from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from workup.data.nearest import normalise
from workup.data.rows import as_text, is_missing
from workup.pipeline.prompt import Template
from workup.recipe import Recipe

# The columns that hold a case: in free words, in the guide's form, and everything as one line.
FORMS = ("text", "findings", "whole")


def form(text: str) -> str:
    """The words of a text in alphabetical order; "" where it has none."""
    return " ".join(sorted(normalise(text).split()))


def fingerprint(text: str) -> str:
    """64 hexadecimal digits, the same for a text and for every copy of it: the SHA-256 of its form."""
    return sha256(form(text).encode()).hexdigest()


def texts_of(row: Mapping[str, Any], recipe: Recipe) -> list[str]:
    """Every text of a case that a row holds: what the recipe's prompt reads, and the other forms of it."""
    columns = dict.fromkeys((*Template(recipe.prompt.template).fields, *FORMS))
    return [as_text(value) for column in columns if not is_missing(value := row.get(column))]
