"""INP008"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import fmean, stdev
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.sampling import spread_positions
from workup.examine.measurements.texts import Texts

_SHIFTS = (-3, -2, -1, 1, 2, 3)
# Rows can slip from some point on only; a part needs this many rows to be judged by itself.
_PARTS, _ROWS = 4, 30
# The words of a target are found in another source clearly more often than in its own: by a tenth of them,
# by half as much again, and five standard errors away from nothing.
_GAIN, _FACTOR, _ERRORS = 0.1, 1.5, 5.0
# Where this many sources are the neighbour's target, rows are the turns of a conversation.
_CHAINED = 0.5
# Neighbours resemble each other where they share more than rows this far apart.
_APART = 10
# The weight of a word that no text of the sample has: that of one which a text in a thousand has.
_RARE = log(1000)

Words = frozenset[str]


@dataclass(frozen=True)
class _Shift:
    """Rows whose sources fit the target `by` rows further down better than their own."""

    by: int
    first: int
    last: int
    own: float
    other: float


@check("INP008", "input")
def pairing_shifted(train_pairs: Sequence[Any], train_texts: Texts) -> Finding | None:
    """Targets stand beside the source of another row.

    What it checks
    Whether the words of a target one to three rows further up or down are found in a source clearly more
    often than those of its own target, over all rows or in a quarter of them. Rare words count more.

    Why it matters
    The model is shown wrong answers. It learns how answers look but not which belongs where, and says
    something fluent that is wrong, most often the commonest answer.

    Evidence
    The shift, the rows it was found in, and the share of a target's words that stand in its own source and in
    the source it fits better.

    Example
    Wrong: `zip(frame["text"], frame["answer"].dropna())`. Right: `frame.dropna(subset=["text", "answer"])`
    before the columns are taken.

    Remedy
    Build the pairs anew from one table, and drop rows from all columns at once.

    When it is harmless
    When rows are the turns of a conversation and a source takes up the answer before it: where sources are
    the neighbour's target, or resemble the neighbour's source, nothing is said.

    Known limits
    Needs targets that share words with their sources, and rows in their original order. Shifts by more than
    three rows and shuffled targets are not seen. At most 2000 evenly spread rows are looked at.

    Sources
    Measured on made-up rows; the test of this check repeats it.
    """
    weights = _weights([*train_texts.sources, *train_texts.targets])
    size = len(train_pairs)
    positions = spread_positions(size)
    parts = min(_PARTS, len(positions) // _ROWS)
    found = []
    for part in range(parts):
        some = positions[part * len(positions) // parts : (part + 1) * len(positions) // parts]
        inner = [position for position in some if 3 <= position < size - 3]
        if len(inner) >= _ROWS // 2 and (shift := _shift(train_pairs, inner, weights)):
            found.append(shift)
    if not found:
        return None
    by = Counter(shift.by for shift in found).most_common(1)[0][0]
    return _finding([shift for shift in found if shift.by == by], size, train_texts)


def _finding(found: Sequence[_Shift], size: int, texts: Texts) -> Finding:
    """The parts with one and the same shift, told as one fault."""
    by, first, last = found[0].by, found[0].first, found[-1].last
    own, other = fmean(shift.own for shift in found), fmean(shift.other for shift in found)
    count, way = abs(by), "up" if by < 0 else "down"
    rows = f"{count} row{'s' * (count > 1)}"
    return Finding(
        Severity.ERROR,
        f"sources fit the target {rows} further {way} better than their own (rows {first} to {last} of "
        f"{size}): {other:.0%} of its words stand in the source against {own:.0%}",
        Remedy(
            "build the pairs anew from one table, and drop rows from all columns at once",
            code='frame = frame.dropna(subset=["source", "target"])',
        ),
        {
            "shift": by,
            "first row": first,
            "last row": last,
            "words found in the own source": round(own, 3),
            "words found after the shift": round(other, 3),
            **texts.sampled,
        },
    )


def _shift(pairs: Sequence[Any], positions: Sequence[int], weights: Mapping[str, float]) -> _Shift | None:
    """The shift of these rows, if a target of the neighbourhood fits clearly better than the own one."""
    needed = {position + by for position in positions for by in (0, *_SHIFTS)}
    near = {position: pairs[position] for position in needed}
    sources = {position: _words(pair.source) for position, pair in near.items()}
    targets = {position: _words(pair.target) for position, pair in near.items()}
    own = [_found(targets[n], sources[n], weights) for n in positions]
    best = None
    for by in _SHIFTS:
        other = [_found(targets[n + by], sources[n], weights) for n in positions]
        if not _clearly_more(other, own) or (best and fmean(other) <= best.other):
            continue
        best = _Shift(by, positions[0], positions[-1], fmean(own), fmean(other))
    if best is None:
        return None
    chained = fmean(targets[n + best.by] == sources[n] for n in positions)
    if chained >= _CHAINED:
        return None
    carried = [_found(sources[n + best.by], sources[n], weights) for n in positions]
    chance = [_found(_words(pairs[(n + _APART) % len(pairs)].source), sources[n], weights) for n in positions]
    return None if _clearly_more(carried, chance) else best


def _clearly_more(other: Sequence[float], own: Sequence[float]) -> bool:
    gains = [more - less for more, less in zip(other, own, strict=True)]
    gain, error = fmean(gains), stdev(gains) / sqrt(len(gains))
    return gain >= max(_GAIN, _ERRORS * error) and fmean(other) >= _FACTOR * fmean(own)


def _words(text: Any) -> Words:
    return frozenset(re.findall(r"\w+", text.casefold())) if isinstance(text, str) else frozenset()


def _weights(texts: Sequence[str]) -> dict[str, float]:
    """How much each word tells: the fewer texts have it, the more."""
    counts = Counter(word for text in texts for word in _words(text))
    return {word: log(len(texts) / count) for word, count in counts.items()}


def _found(words: Words, text: Words, weights: Mapping[str, float]) -> float:
    """The share of `words`, by weight, that stand in `text`. A word outside the sample is a rare one."""
    total = sum(weights.get(word, _RARE) for word in words)
    return sum(weights.get(word, _RARE) for word in words & text) / total if total else 0.0
