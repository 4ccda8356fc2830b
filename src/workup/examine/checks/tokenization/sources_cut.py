"""TOK003"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.tokens import Ids, Stored, contains, readable

# One source in a hundred cut is a long tail; one in five is no accident.
_FEW, _MANY = 0.01, 0.2
# A prompt may stand before the text of a row; shorter texts behind it are found by chance.
_SURE = 8
# What nearly every source has is the prompt's or the form's; lost in most of the cut rows, it was at the end.
_NEARLY_ALL, _MOST = 0.95, 0.5


@check("TOK003", "tokenization", explains=["OUT006"])
def sources_cut(stored: tuple[Stored, ...], tokenizer: Any) -> Finding | None:
    """Sources are cut, and with them what the answer depends on.

    What it checks
    Whether the ids of a row are a part of its source's tokens, and what the missing part is: whether rows
    that differ, and have other targets, differ only in it; whether what the target takes from its source
    stands there; and whether a word is missing that all other sources have, such as that of a question behind
    its text.

    Why it matters
    A model that does not see the deciding part answers something plausible, and the same for many. Its loss
    goes down to what can be guessed and stays there.

    Evidence
    The share of sources cut, the length they were cut to and the length they need, the rows that became
    alike, those that lost what their target repeats, the words that are missing, and an example of what was
    cut.

    Example
    Wrong: `tokenizer(f"{document} question: {question}", truncation=True, max_length=512)`. Right: the
    question first, or only the document cut: `truncation="only_first"`.

    Remedy
    Raise the source length, put what varies first, or cut only the long part.

    When it is harmless
    When long texts are told by their beginning, as in summaries of news. Only rows made alike, and most rows
    without what their target repeats, are an error.

    Known limits
    Needs the rows as text. At most 2000 evenly spread rows are looked at, and rows are alike only among them.

    Sources
    https://github.com/neulab/prompt2model/issues/217,
    https://github.com/ThilinaRajapakse/simpletransformers/issues/1574
    """
    cut = [row for row in stored if _kept(row) is not None]
    if not cut:
        return None
    share = len(cut) / len(stored)
    alike, missing = _alike(cut), _missing(cut, stored, tokenizer)
    unanswerable = _unanswerable(cut, stored, tokenizer)
    needed, cap = max(row.length + len(_lost(row)) for row in cut), max(row.length for row in cut)
    told = f"{len(cut)} of {len(stored)} sources ({share:.0%}) are cut, to at most {cap} tokens of {needed}"
    severity = Severity.WARNING if share > (_FEW if missing else _MANY) else Severity.NOTE
    if alike > _FEW * len(stored):
        severity = Severity.ERROR if alike > _MANY * len(stored) else Severity.WARNING
        told += f"; {alike} rows with other targets differ only in what was cut"
    elif unanswerable > _MOST * len(stored):
        severity = Severity.ERROR
        told += f"; in {unanswerable} rows most of what the target takes from its source was cut off"
    elif missing:
        told += f"; {' '.join(missing[:5])!r}, which nearly all sources have, was cut off"
    return Finding(
        severity,
        told,
        Remedy(
            f"raise the source length to {needed}, put what varies first, or cut only the long part",
            change={"tokens.source_length": needed},
        ),
        {
            "sources cut": len(cut),
            "rows looked at": len(stored),
            "cut to": cap,
            "needed": needed,
            "rows made alike": alike,
            "rows that lost what their target repeats": unanswerable,
            **({"missing words": missing} if missing else {}),
            "what was cut": readable(tokenizer, _lost(cut[0]))[:200],
        },
    )


def _kept(row: Stored) -> tuple[int, int] | None:
    """Where in the own source the stored part of it begins and ends; None where it is whole or another."""
    size, own = len(row.source), row.own_source
    # Behind a prompt a text may begin with another token: that of the word and the space before it.
    if not size or contains(row.source, own[1:]):
        return None
    if own[:size] == row.source:
        return 0, size
    if own[-size:] == row.source:
        return len(own) - size, len(own)
    for start in range(2, size - _SURE + 1):
        if row.source[start] == own[1] and own[1 : 1 + size - start] == row.source[start:]:
            return 0, 1 + size - start
    return None


def _lost(row: Stored) -> Ids:
    """What was cut."""
    first, last = _kept(row) or (0, 0)
    return row.own_source[:first] + row.own_source[last:]


def _alike(cut: Sequence[Stored]) -> int:
    """The rows that share their stored source with another of another text and target."""
    groups: defaultdict[Ids, list[Stored]] = defaultdict(list)
    for row in cut:
        groups[row.source].append(row)
    return sum(
        len(rows)
        for rows in groups.values()
        if len({row.own_source for row in rows}) > 1 and len({row.own_target for row in rows}) > 1
    )


def _unanswerable(cut: Sequence[Stored], stored: Sequence[Stored], tokenizer: Any) -> int:
    """The rows in which most of the words that target and source share stand only in what was cut.

    Words that most sources have are left out: they belong to the form. Words and not tokens are compared,
    since at the start of a text a word may be another token than within it.
    """
    sources = {row.position: _words(row.own_source, tokenizer) for row in stored}
    common = Counter(word for words in sources.values() for word in words)
    often = {word for word, count in common.items() if count > _MOST * len(stored)}
    count = 0
    for row in cut:
        shared = (_words(row.own_target, tokenizer) & sources[row.position]) - often
        count += len(shared - _words(row.source, tokenizer)) > len(shared) / 2
    return count


def _words(ids: Ids, tokenizer: Any) -> set[str]:
    return set(re.findall(r"\w+", tokenizer.decode(list(ids)).lower()))


def _missing(cut: Sequence[Stored], stored: Sequence[Stored], tokenizer: Any) -> list[str]:
    """Words that nearly all sources have and most of the cut ones have lost."""
    common = Counter(token for row in stored for token in set(row.own_source))
    lost = Counter(token for row in cut for token in set(_lost(row)) - set(row.source))
    found = [
        token
        for token, count in lost.items()
        if count > _MOST * len(cut) and common[token] > _NEARLY_ALL * len(stored)
    ]
    order = {token: place for place, token in enumerate(cut[0].own_source)}
    words = [
        readable(tokenizer, (token,)) for token in sorted(found, key=lambda one: order.get(one, len(order)))
    ]
    # Single letters and marks are pieces of many words.
    return [word for word in words if sum(map(str.isalpha, word)) > 1]
