"""What a model answered, row by row, beside what was expected."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.sampling import spread
from workup.examine.symptoms import Frame, Said, said


@dataclass(frozen=True)
class Answer:
    """One answer; `ids` and `decoded` with the special tokens that frame it, `said` and `text` without.

    `expected` is without them too, where they were written into the target; None where nobody knows it.
    """

    source: str
    text: str
    expected: str | None
    ids: tuple[int, ...]
    said: Said
    decoded: str


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


def answers(generated: Sequence[Any], frame: Frame | None = None, tokenizer: Any = None) -> Answers:
    """The generated answers, their frame of special tokens taken off."""
    around, marks, found = frame or Frame(), _marks(tokenizer), []
    for one in spread(generated):
        text, ids = unframed(one.text, marks), tuple(one.ids)
        expected = None if one.expected is None else unframed(one.expected, marks)
        found.append(Answer(one.source, text, expected, ids, said(ids, around), one.text))
    return Answers(tuple(found), len(generated))


def _marks(tokenizer: Any) -> tuple[str, ...]:
    """The special tokens that stand around a text, and never belong to it."""
    names = ("bos_token", "eos_token", "pad_token", "cls_token", "sep_token")
    return tuple({str(one) for name in names if (one := getattr(tokenizer, name, None))})


def unframed(text: str, marks: Collection[str]) -> str:
    """A text without the special tokens at its ends; one that has none stays as it is."""
    while mark := next((mark for mark in marks if text.strip().startswith(mark)), None):
        text = text.strip().removeprefix(mark).lstrip()
    while mark := next((mark for mark in marks if text.strip().endswith(mark)), None):
        text = text.strip().removesuffix(mark).rstrip()
    return text


MEASUREMENTS = (answers,)


def many(hits: int, total: int, share: float, fewest: int = 2) -> bool:
    """Whether hits are more than chance findings: so many at least, and this share of all."""
    return hits >= fewest and hits >= share * total


def examples(rows: Sequence[tuple[str, str]], most: int = 3) -> list[str]:
    """A few answers beside what was expected, for the evidence."""
    return [f"{_short(text)!r} for {_short(expected)!r}" for text, expected in rows[:most]]


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
