"""Confidence in words that are tied to how often such answers were right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workup.evaluation.estimate import Flags, Floats
from workup.evaluation.metrics import Proportion

# Words for probabilities, and where each begins: the scale of the IPCC's guidance (Mastrandrea et al. 2010).
WORDS = {"unlikely": 0.0, "about as likely as not": 0.33, "likely": 0.66, "very likely": 0.9}


@dataclass(frozen=True)
class Band:
    """A word for confidences from `low` up to the next band, and how often such answers were right."""

    word: str
    low: float
    high: float
    accuracy: Proportion

    @property
    def holds(self) -> bool:
        """Whether the measured accuracy allows the word: its interval reaches into the band."""
        low, high = self.accuracy.interval
        return low <= self.high and high >= self.low


def bands(confidence: Floats, right: Flags) -> tuple[Band, ...]:
    """Every word with its measured accuracy.

    Args:
        confidence, right: (N,) calibrated probabilities of the first answer, and whether it was right.
    """
    edges = [*WORDS.values(), 1.0]
    number = np.searchsorted(edges[1:-1], confidence, side="right")
    return tuple(
        Band(word, low, high, Proportion.of(right[number == n]))
        for n, (word, low, high) in enumerate(zip(WORDS, edges[:-1], edges[1:], strict=True))
    )
