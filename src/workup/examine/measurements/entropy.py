"""What the labels cost a decoder that knows how they are distributed, and nothing of the input."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from workup.examine.measurements.batches import Sample, ids, live


@dataclass(frozen=True)
class LabelEntropy:
    """Nats a label token, without the input.

    Attributes:
        unigram: knowing how frequent each token is.
        answers: knowing also the tokens before it, so the answers that occur; None where answers hardly
            repeat, for then their number and not their content is measured.
        rows, total: rows looked at, and of how many.
    """

    unigram: float
    answers: float | None
    rows: int
    total: int


# Every answer must have been seen this often on average, for the share of each to be known.
_REPEATED = 10


def label_entropy(sampled_rows: Sample) -> LabelEntropy | None:
    """The two entropies of the labels of the training rows; None where there are no labels."""
    found = [tuple(live(ids(row["labels"]))) for row in sampled_rows.rows if "labels" in row]
    rows = [row for row in found if row]
    if not rows:
        return None
    tokens = Counter(token for row in rows for token in row)
    count = sum(tokens.values())
    known = Counter(rows)
    # The surprises of all tokens of an answer, each given those before it, add up to that of the answer.
    answers = _nats(known) * len(rows) / count if len(rows) >= _REPEATED * len(known) else None
    return LabelEntropy(_nats(tokens), answers, len(rows), sampled_rows.total)


def _nats(counts: Counter[int] | Counter[tuple[int, ...]]) -> float:
    total = sum(counts.values())
    return -sum(n / total * math.log(n / total) for n in counts.values())


MEASUREMENTS = (label_entropy,)
