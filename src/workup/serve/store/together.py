"""What comes at the same time is read or written in one transaction: each would wait for the ones before it.

The first is done at once. Whatever comes meanwhile is done next, all of it together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from anyio import to_thread
from sqlalchemy.orm import Session

from workup.serve.errors import Unavailable
from workup.serve.several import results, settle

Given = TypeVar("Given")
Found = TypeVar("Found")


class Together(Generic[Given, Found]):
    """Work of one kind with the database, used from one event loop at a time."""

    def __init__(
        self,
        session: Callable[[], AbstractContextManager[Session]],
        work: Callable[[Session, Sequence[Given]], Sequence[Found]],
    ) -> None:
        """`session` is opened for each time; `work` gives what comes of each of several."""
        self._session, self._work = session, work
        self._waiting: list[tuple[Given, asyncio.Future[Found]]] = []
        self._working: asyncio.Task[None] | None = None

    async def do(self, given: Given) -> Found:
        """What comes of it, once its transaction has ended. Who stops waiting does not stop the work.

        Raises:
            Unavailable: the database does not answer, or cannot be written: nothing was kept.
        """
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Found] = loop.create_future()
        self._waiting.append((given, found))
        if self._working is None or self._working.done():
            self._working = loop.create_task(self._all())
        return await found

    async def _all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                came = await to_thread.run_sync(self._done, [given for given, _ in together])
            except BaseException:  # the loop ends: nobody may be left waiting
                for _, found in together:
                    found.cancel()
                raise
            for (_, found), one in zip(together, came, strict=True):
                settle(found, one)

    def _done(self, given: Sequence[Given]) -> list[Found | Exception]:
        return results(self._in_session, given, of_all=(Unavailable,))

    def _in_session(self, given: Sequence[Given]) -> Sequence[Found]:
        with self._session() as session:
            return self._work(session, given)
