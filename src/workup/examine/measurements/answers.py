"""What a model answered, row by row, beside what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.sampling import spread
from workup.examine.symptoms import Frame, Said, said


@dataclass(frozen=True)
class Answer:
    """One answer; `ids` with their frame, `said` without; `expected` is None where nobody knows."""

    source: str
    text: str
    expected: str | None
    ids: tuple[int, ...]
    said: Said


@dataclass(frozen=True)
class Answers:
    """A sample of the answers, evenly spread, and how many there are."""

    rows: tuple[Answer, ...]
    total: int

    @property
    def known(self) -> list[tuple[Answer, str]]:
        """The answers of which it is known what was expected, with that."""
        return [(row, row.expected) for row in self.rows if row.expected is not None]

    @property
    def evidence(self) -> dict[str, int]:
        """How many answers were looked at, of how many."""
        looked = {"answers": len(self.rows)}
        return looked if len(self.rows) == self.total else looked | {"of": self.total}


def answers(generated: Sequence[Any], frame: Frame | None = None) -> Answers:
    """The generated answers, their frame of special tokens taken off."""
    return Answers(
        tuple(
            Answer(one.source, one.text, one.expected, ids := tuple(one.ids), said(ids, frame or Frame()))
            for one in spread(generated)
        ),
        len(generated),
    )


MEASUREMENTS = (answers,)


def many(hits: int, total: int, share: float, fewest: int = 2) -> bool:
    """Whether hits are more than chance findings: so many at least, and this share of all."""
    return hits >= fewest and hits >= share * total


def examples(rows: Sequence[tuple[str, str]], most: int = 3) -> list[str]:
    """A few answers beside what was expected, for the evidence."""
    return [f"{_short(text)!r} for {_short(expected)!r}" for text, expected in rows[:most]]


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
