"""Several things done in one call, of which each has its own result or its own error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


def results(
    work: Callable[[Sequence[Given]], Sequence[Found]],
    given: Sequence[Given],
    of_all: tuple[type[Exception], ...] = (),
) -> list[Found | Exception]:
    """What comes of each, or its error: where the call fails, each is done alone.

    Args:
        of_all: errors that would be the same for each, so that nothing is tried again.
    """
    try:
        return [*work(given)]
    except of_all as error:
        return [error for _ in given]
    except Exception as error:  # whatever it is, it is the error of one only
        if len(given) == 1:
            return [error]
        return [found for one in given for found in results(work, [one], of_all)]


def settle(future: asyncio.Future[Found], found: Found | Exception) -> None:
    """Tell who waits what came of it, unless they have gone."""
    if future.done():
        return
    if isinstance(found, Exception):
        future.set_exception(found)
    else:
        future.set_result(found)
