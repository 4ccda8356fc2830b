"""Work with the database that comes at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workup.serve.audit.chain import Entry, append
from workup.serve.errors import Unavailable
from workup.serve.store import Database, tables
from workup.serve.store.together import Together


class Writer:
    """Writes events, keeps what it was given each time, and can be held up."""

    def __init__(self) -> None:
        self.times: list[list[str]] = []
        self.entered, self.free = Event(), Event()
        self.free.set()

    def __call__(self, session: Session, given: Sequence[str]) -> list[str]:
        self.times.append([*given])
        self.entered.set()
        assert self.free.wait(30)
        for one in given:
            append(session, Entry("test", one, ""))
            if one == "bad":
                raise ZeroDivisionError
        return [f"{one} is kept" for one in given]


def events(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(tables.Event.id))) or 0


def done(together: Together[str, str], given: str) -> list[Any]:
    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*map(together.do, given.split()), return_exceptions=True)

    return asyncio.run(all_at_once())


async def held_up(together: Together[str, str], writer: Writer, given: str) -> list[asyncio.Task[str]]:
    """What waits while its first transaction is held up, until `writer.free` is set."""
    writer.free.clear()
    waiting = [asyncio.create_task(together.do(one)) for one in given.split()]
    await asyncio.to_thread(writer.entered.wait, 30)
    return waiting


def test_what_comes_at_the_same_time_is_done_in_one_transaction_and_each_gets_its_own(opened: Database):
    writer = Writer()
    assert done(Together(opened.session, writer), "a b c") == ["a is kept", "b is kept", "c is kept"]
    assert writer.times == [["a", "b", "c"]]
    assert events(opened) == 3


def test_what_comes_meanwhile_is_done_next(quick: Database):
    writer = Writer()
    together = Together(quick.session, writer)

    async def ask() -> list[str]:
        (first,) = await held_up(together, writer, "first")
        later = [asyncio.create_task(together.do(one)) for one in "ab"]
        await asyncio.sleep(0)
        writer.free.set()
        return await asyncio.gather(first, *later)

    assert asyncio.run(ask()) == ["first is kept", "a is kept", "b is kept"]
    assert writer.times == [["first"], ["a", "b"]]


def test_the_error_of_one_is_its_own_and_the_others_are_kept(opened: Database):
    writer = Writer()
    first, bad, last = done(Together(opened.session, writer), "a bad b")
    assert (first, last) == ("a is kept", "b is kept")
    assert isinstance(bad, ZeroDivisionError)
    assert writer.times == [["a", "bad", "b"], ["a"], ["bad"], ["b"]]
    assert events(opened) == 2


def test_without_the_database_all_are_told_so_after_one_trial(quick: Database):
    trials = []

    def session() -> Any:
        trials.append(1)
        raise Unavailable("the database is away")

    told = done(Together(session, Writer()), "a b c")
    assert [str(one) for one in told] == ["the database is away"] * 3
    assert len(trials) == 1
    assert done(Together(quick.session, Writer()), "a") == ["a is kept"]


def test_who_stops_waiting_does_not_stop_the_work_of_all(quick: Database):
    writer = Writer()
    together = Together(quick.session, writer)

    async def ask() -> str:
        gone, stays = await held_up(together, writer, "gone stays")
        gone.cancel()
        await asyncio.sleep(0)
        writer.free.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(ask()) == "stays is kept"
    assert events(quick) == 2


def test_nobody_is_left_waiting_where_the_loop_ends(quick: Database):
    writer = Writer()
    together = Together(quick.session, writer)

    async def ask() -> list[Any]:
        waiting = await held_up(together, writer, "a b")
        writer.free.set()
        for task in asyncio.all_tasks() - {asyncio.current_task(), *waiting}:
            task.cancel()
        return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 30)

    assert all(isinstance(one, asyncio.CancelledError) for one in asyncio.run(ask()))
