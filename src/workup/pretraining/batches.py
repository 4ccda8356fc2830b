"""Endless ready batches of rows of like length, each a function of the seed and its number alone."""

from __future__ import annotations

import random
from typing import Any, Protocol

from torch import Tensor

# Rows of so many batches are sorted by length together: enough that hardly any padding is left.
_POOL = 16


class Task(Protocol):
    """Something to learn: where rows come from, how they become a batch, and what is to become smaller."""

    def draw(self, rng: random.Random) -> Any:
        """One row; all chance in it comes from the generator."""

    def length(self, row: Any) -> int:
        """By which rows share a batch."""

    def collate(self, rows: list[Any]) -> dict[str, Any]:
        """A batch of rows."""

    def loss(self, model: Any, batch: dict[str, Any]) -> Tensor:
        """The scalar loss of a batch."""


class Batches:
    """A map-style data set whose items are batches, so that a resumed training goes on where it was.

    Args:
        size: rows in a batch.
        count: number of batches.
        seed: another seed gives other rows in another order.
    """

    def __init__(self, task: Task, *, size: int, count: int, seed: str) -> None:
        self.task, self.size, self.count, self.seed = task, size, count, seed
        self._last: tuple[int, list[list[Any]]] = (-1, [])

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> dict[str, Any]:
        if not 0 <= number < self.count:
            raise IndexError(number)
        pool, place = divmod(number, _POOL)
        if self._last[0] != pool:
            self._last = (pool, self._batches(pool))
        return self.task.collate(self._last[1][place])

    def _batches(self, pool: int) -> list[list[Any]]:
        rng = random.Random(f"{self.seed} {pool}")
        rows = sorted((self.task.draw(rng) for _ in range(_POOL * self.size)), key=self.task.length)
        batches = [rows[start : start + self.size] for start in range(0, len(rows), self.size)]
        rng.shuffle(batches)
        return batches
