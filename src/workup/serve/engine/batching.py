"""Dynamic batches: requests that wait at the same time are answered together, on a few threads.

Several cases at once cost less than each alone, and one core answers a batch best by itself. So requests
queue on the event loop. Whenever a thread is free, it gets the oldest request and others that can go with it:
its share of those that wait for the same model and ask for no reasons. While there are more requests than
threads, one that comes alone waits some milliseconds for company. Reasons are looked for case by case and
cost several times an answer, so who asks for them goes alone, and does not hold up others for longer than
that.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from workup.serve.problems import Problem, unavailable
from workup.serve.several import results, settle

if TYPE_CHECKING:
    from workup.clinic.assess import Assessment, Diagnoser
    from workup.serve.engine.models import Held
    from workup.serve.settings import Settings

# Full batches that may wait; who comes then would hardly be answered in time.
_QUEUE = 32
# All of a batch wait for its last case, and in a larger one each costs only a little less: 25 ms of a core in
# batches of 4, 22 ms in batches of 8, of the built-in model in bfloat16. It counts where many wait.
_FEW = 4


@dataclass(eq=False)
class _Waiting:
    """A request until it is answered; `since` when, in seconds of the loop's clock."""

    diagnoser: Diagnoser
    given: str | Mapping[str, str]
    explain: bool
    since: float
    answer: asyncio.Future[Assessment]

    def goes_with(self, other: _Waiting) -> bool:
        """Whether both can be answered in one call."""
        return self is other or (self.diagnoser is other.diagnoser and not self.explain and not other.explain)


class Batcher:
    """The queue before the models of one process, used from one event loop at a time."""

    def __init__(
        self, settings: Settings, threads: int = 1, observe: Callable[[int], object] = lambda cases: None
    ) -> None:
        """`threads` answer a batch each at a time; `observe` is told the number of cases of every batch."""
        self._size, self._patience, self._timeout = settings.batch_size, settings.batch_wait, settings.timeout
        self._observe = observe
        self._waiting: deque[_Waiting] = deque()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="model", initializer=_use_one_core)
        self._count = self._idle = threads
        self._at_work = 0  # requests that threads answer now
        self._pump: asyncio.Task[None] | None = None
        self._batches: set[asyncio.Task[None]] = set()
        self._full, self._freed = asyncio.Event(), asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many requests wait for a thread."""
        return len(self._waiting)

    async def submit(self, held: Held, given: str | Mapping[str, str], explain: bool) -> Assessment:
        """The answer of a model, as `Diagnoser.assess_many` gives it.

        Raises:
            Problem: 503, the queue is full; 504, there was no answer in time.
            WorkupError: the case cannot be assessed.
        """
        if len(self._waiting) >= _QUEUE * self._size:
            raise unavailable(f"{len(self._waiting)} cases wait already; send the request again later")
        loop = asyncio.get_running_loop()
        one = _Waiting(held.diagnoser, given, explain, loop.time(), loop.create_future())
        self._waiting.append(one)
        if self._pump is None or self._pump.done():
            self._full, self._freed = asyncio.Event(), asyncio.Event()
            self._pump = loop.create_task(self._work())
        if len(self._waiting) >= self._size:
            self._full.set()
        try:
            async with asyncio.timeout(self._timeout) as limit:
                return await one.answer
        except TimeoutError:
            if not limit.expired():
                raise
            told = f"there was no answer within {self._timeout:g} s; send fewer or shorter cases, or later"
            raise Problem(504, told) from None
        finally:
            with suppress(ValueError):  # who was taken waits no more
                self._waiting.remove(one)

    def close(self) -> None:
        """End the threads, after the batches that they are at."""
        self._threads.shutdown(cancel_futures=True)

    async def _work(self) -> None:
        """Give batch after batch to whatever thread is free, until nobody waits."""
        while self._waiting:
            while not self._idle:
                self._freed.clear()
                await self._freed.wait()
            await self._company()
            if batch := self._taken():
                self._idle -= 1
                task = asyncio.create_task(self._answer(batch))
                self._batches.add(task)
                task.add_done_callback(self._batches.discard)

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        """Answer a batch on a thread."""
        self._observe(len(batch))
        self._at_work += len(batch)
        first, asked = batch[0], [one.given for one in batch]
        answering = partial(results, partial(first.diagnoser.assess_many, explain=first.explain), asked)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, answering)
        except RuntimeError as error:  # the threads were ended
            found = [error for _ in batch]
        finally:
            self._at_work -= len(batch)
            self._idle += 1
            self._freed.set()
        for one, answer in zip(batch, found, strict=True):
            settle(one.answer, answer)

    async def _company(self) -> None:
        """Wait until the oldest request has waited its time, or a batch is full.

        Who goes alone waits not, nor does anybody while there is a thread for each request.
        """
        if not self._waiting:  # all were given up
            return
        oldest = self._waiting[0]
        left = oldest.since + self._patience - asyncio.get_running_loop().time()
        expected = len(self._waiting) + self._at_work > self._count
        if expected and len(self._waiting) < self._size and left > 0 and not oldest.explain:
            self._full.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), left)

    def _share(self) -> int:
        """How many a thread takes: no more than others that are free, and so that the next come soon."""
        waiting = len(self._waiting)
        soon = max(_FEW, _upward(waiting, 2 * self._count))
        return min(self._size, _upward(waiting, self._idle), soon)

    def _taken(self) -> list[_Waiting]:
        """The oldest request and its share of those that go with it, out of the queue."""
        if not self._waiting:
            return []
        first = self._waiting[0]
        together = [one for one in self._waiting if one.goes_with(first)][: self._share()]
        for one in together:
            self._waiting.remove(one)
        return together


def _upward(number: int, of: int) -> int:
    return -(-number // of)


def _use_one_core() -> None:
    """Of torch in this thread, and of numpy's linear algebra in all of the process."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    threadpool_limits(1)
