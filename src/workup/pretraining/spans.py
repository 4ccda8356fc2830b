"""Span corruption, T5's own pretraining task: fill the gaps of a text (Raffel et al. 2020, section 3.1.4)."""

from __future__ import annotations

import random
from collections.abc import Sequence

# The rate and mean length that Raffel et al. settled on.
RATE, MEAN_LENGTH = 0.15, 3


def corrupt(
    ids: Sequence[int], sentinels: Sequence[int], eos: int, rng: random.Random
) -> tuple[list[int], list[int]]:
    """A text with gaps, and what fills them: each gap is one sentinel in both.

    Args:
        ids: (S,) ids of a text without its end, two at least.
        sentinels: ids of <extra_id_0>, <extra_id_1> and so on; as many gaps at most.

    Returns:
        source and target ids, both ending in `eos`.
    """
    masked = min(max(1, round(len(ids) * RATE)), len(ids) - 1)
    gaps = min(max(1, round(masked / MEAN_LENGTH)), len(ids) - masked, len(sentinels))
    lengths = _parts(masked, gaps, rng)
    between = _parts(len(ids) - masked, gaps, rng)
    source: list[int] = []
    target: list[int] = []
    position = 0
    for kept, gap, sentinel in zip(between, lengths, sentinels, strict=False):
        source += [*ids[position : position + kept], sentinel]
        position += kept
        target += [sentinel, *ids[position : position + gap]]
        position += gap
    return [*source, eos], [*target, eos]


def _parts(total: int, count: int, rng: random.Random) -> list[int]:
    """`total` as the sum of `count` whole numbers above zero, every such sum as likely."""
    cuts = sorted(rng.sample(range(1, total), count - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, total], strict=True)]
