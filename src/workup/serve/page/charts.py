"""Where the marks of a reliability diagram stand; the template draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workup.evaluation.bands import Band

# The square of the diagram, in units of the drawing.
LEFT, TOP, SIDE = 44.0, 12.0, 240.0


@dataclass(frozen=True)
class Point:
    """A word for confidence: the probabilities that it stands for, across, and the share right, upwards.

    All in units of the drawing: `x` from `left` to `right`, and `y` with its 95 % interval `low` to `high`.
    """

    word: str
    left: float
    x: float
    right: float
    y: float
    low: float
    high: float


def points(bands: Sequence[Band]) -> list[Point]:
    """The words that any test case was called, with how often these were right."""
    return [_point(band) for band in bands if band.accuracy.total]


def across(share: float) -> float:
    """Where a probability, 0 to 1, stands from left to right."""
    return round(LEFT + SIDE * share, 1)


def up(share: float) -> float:
    """Where a share, 0 to 1, stands from top to bottom."""
    return round(TOP + SIDE * (1 - share), 1)


def _point(band: Band) -> Point:
    low, high = band.accuracy.interval
    return Point(
        word=band.word,
        left=across(band.low),
        x=across((band.low + band.high) / 2),
        right=across(band.high),
        y=up(band.accuracy.value),
        low=up(low),
        high=up(high),
    )
