"""TOK012"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.texts import Texts

# Where numbers stand in fewer targets than this they are not what the task is about.
_TARGETS = 0.2
# So many different numbers of one length show how it is cut; a tenth may be cut otherwise, as years and round
# numbers are that the tokenizer met often.
_NUMBERS, _OTHERWISE = 10, 0.1
_NUMBER = re.compile(r"(?<!\d)\d{2,6}(?!\d)")


@check("TOK012", "tokenization")
def numbers_in_pieces(tokenizer: Any, train_texts: Texts) -> Finding | None:
    """Numbers of the targets are cut into pieces in changing ways.

    What it checks
    Where the targets hold numbers: whether numbers with as many digits are cut alike, such as digit by digit,
    or some into "12" "0" and others into "1" "30".

    Why it matters
    The model has to learn for each piece anew what its digits are worth. Copying and comparing numbers takes
    more rows, and digits get lost or swapped.

    Evidence
    The number of different numbers, the share that is cut otherwise than the others, and examples.

    Example
    Wrong: "130" as "1" "30" beside "120" as "12" "0". Right: numbers written digit by digit, "1 3 0", or a
    tokenizer that cuts them so.

    Remedy
    Write the numbers of sources and targets digit by digit where they have to be exact.

    When it is harmless
    When numbers come from a small set, as names do.

    Known limits
    Whole numbers of two to six digits in the targets are looked at, decimals part by part, in at most 2000
    evenly spread rows.

    Sources
    Nogueira et al. 2021, "Investigating the Limitations of Transformers with Simple Arithmetic Tasks",
    https://arxiv.org/abs/2102.13019
    """
    held = [_NUMBER.findall(target) for target in train_texts.targets]
    if not held or sum(map(bool, held)) < _TARGETS * len(held):
        return None
    numbers = sorted({number for some in held for number in some})
    shapes = {number: _shape(tokenizer, number) for number in numbers}
    odd, judged = [], 0
    for length in sorted({len(number) for number in numbers}):
        same = [number for number in numbers if len(number) == length and shapes[number]]
        if len(same) < _NUMBERS:
            continue
        usual = Counter(shapes[number] for number in same).most_common(1)[0][0]
        judged += len(same)
        odd += [number for number in same if shapes[number] != usual]
    if len(odd) <= _OTHERWISE * judged:
        return None
    return Finding(
        Severity.NOTE,
        f"{len(odd)} of {judged} different numbers in the targets are cut otherwise than most as long",
        Remedy("write numbers digit by digit, in sources and targets, where they have to be exact"),
        {
            "numbers": judged,
            "cut otherwise": len(odd),
            "examples": [" ".join(_split(number, shapes[number])) for number in odd[:5]],
            **train_texts.sampled,
        },
    )


def _shape(tokenizer: Any, number: str) -> tuple[int, ...]:
    """How many digits each piece of a number has; nothing where its digits are not visible in the pieces."""
    digits = (sum(character.isdigit() for character in piece) for piece in tokenizer.tokenize(number))
    shape = tuple(count for count in digits if count)
    return shape if sum(shape) == len(number) else ()


def _split(number: str, shape: tuple[int, ...]) -> list[str]:
    starts = [sum(shape[:n]) for n in range(len(shape))]
    return [number[start : start + size] for start, size in zip(starts, shape, strict=True)]
