"""Several things done in one call."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workup.serve.several import results, settle


class Work:
    """Doubles numbers, fails on 0, and keeps its calls."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []

    def __call__(self, given: Sequence[int]) -> list[float]:
        self.calls.append([*given])
        return [2 / (1 / one) for one in given]


def test_all_are_done_in_one_call():
    work = Work()
    assert results(work, [1, 2]) == [2, 4]
    assert work.calls == [[1, 2]]


def test_the_error_of_one_is_its_own():
    work = Work()
    one, bad, two = results(work, [1, 0, 2])
    assert (one, two) == (2, 4)
    assert isinstance(bad, ZeroDivisionError)
    assert work.calls == [[1, 0, 2], [1], [0], [2]]


def test_an_error_that_each_would_have_is_not_tried_again():
    work = Work()
    found = results(work, [1, 0, 2], of_all=(ZeroDivisionError,))
    assert [type(one) for one in found] == [ZeroDivisionError] * 3
    assert len(work.calls) == 1


def test_who_has_gone_is_told_nothing():
    async def told() -> bool:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        future.cancel()
        settle(future, 1)
        settle(future, ValueError())
        return future.cancelled()

    assert asyncio.run(told())
