import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel
from sqlalchemy import select, update

from workup.errors import RegistryError
from workup.serve.errors import Unavailable
from workup.serve.idempotency import REPLAYED, Sent, once, once_apart
from workup.serve.problems import Problem
from workup.serve.store.tables import Idempotent, Switch


class Body(BaseModel):
    why: str = "a test"


def sent(key="k-1", caller="ada", route="/v1/switches", why="a test"):
    return Sent(key, caller, route, Body(why=why))


def stores(session):
    """Work that leaves a row, and tells its number."""
    row = Switch(scope="all", off=True, by="ada", why="a test", at=datetime.now(UTC))
    session.add(row)
    session.flush()
    return Body(why=f"row {row.id}")


def fails(session):
    stores(session)
    raise Problem(422, "not so")


def decided(database, given, work, repeatable=False):
    """What is answered to work that is not done in a transaction."""

    async def doing():
        return work()

    return asyncio.run(once_apart(database, given, doing, repeatable=repeatable))


def rows(database):
    with database.reading() as session:
        return len(session.scalars(select(Switch)).all())


def test_what_is_sent_again_is_answered_the_same_and_done_once(opened):
    first, again = once(opened, sent(), stores), once(opened, sent(), stores)
    assert (first.status_code, first.body) == (again.status_code, again.body) == (201, b'{"why":"row 1"}')
    assert rows(opened) == 1
    assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")


def test_another_body_under_the_same_key_is_refused(opened):
    once(opened, sent(), stores)
    with pytest.raises(Problem, match="with another body") as caught:
        once(opened, sent(why="another"), stores)
    assert (caught.value.status, rows(opened)) == (422, 1)


@pytest.mark.parametrize("other", [{"caller": "ben"}, {"route": "/v1/keys"}, {"key": "k-2"}])
def test_callers_routes_and_keys_are_apart(quick, other):
    once(quick, sent(), stores)
    once(quick, sent(**other), stores)
    assert rows(quick) == 2


def test_without_a_key_everything_is_done(quick):
    for _ in range(2):
        once(quick, sent(key=None), stores)
    assert rows(quick) == 2


def test_while_the_first_runs_the_second_is_told_to_wait(opened):
    if opened.engine.dialect.name == "sqlite":
        pytest.skip("SQLite writes one after the other, so the second waits by itself")
    told = []

    def meanwhile(session):
        with pytest.raises(Problem) as caught:
            once(opened, sent(), stores)
        told.append(caught.value)
        return Body()

    once(opened, sent(), meanwhile)
    assert (told[0].status, "Retry-After" in told[0].headers) == (409, True)


def claimed(database, age):
    """As a process leaves it that was killed so long ago."""
    once(database, sent(), stores)
    with database.session() as session:
        at = datetime.now(UTC) - age
        session.execute(update(Idempotent).values(status=None, answer=None, at=at))


def test_a_request_that_seems_to_run_is_waited_for(quick):
    claimed(quick, timedelta(seconds=5))
    with pytest.raises(Problem) as caught:
        once(quick, sent(), stores)
    assert caught.value.status == 409


def test_a_request_whose_process_died_is_done_again(quick):
    claimed(quick, timedelta(minutes=5))
    assert once(quick, sent(), stores).body == b'{"why":"row 2"}'


def test_what_failed_is_not_remembered(opened):
    with pytest.raises(Problem, match="not so"):
        once(opened, sent(), fails)
    assert rows(opened) == 0
    assert once(opened, sent(), stores).status_code == 201


def test_answers_are_kept_for_a_day(quick):
    once(quick, sent(), stores)
    with quick.session() as session:
        session.execute(update(Idempotent).values(at=datetime.now(UTC) - timedelta(days=2)))
    once(quick, sent(key="k-2"), stores)
    with quick.reading() as session:
        assert session.scalars(select(Idempotent.key)).all() == ["k-2"]


def test_work_outside_of_a_transaction_is_done_once_too(opened):
    done = []

    def work():
        done.append("it")
        return Body(why=f"number {len(done)}")

    first, again = decided(opened, sent(), work), decided(opened, sent(), work)
    assert (first.status_code, first.body) == (again.status_code, again.body) == (200, b'{"why":"number 1"}')
    assert (REPLAYED in first.headers, again.headers[REPLAYED], len(done)) == (False, "true", 1)
    assert decided(opened, sent(key=None), work).body == b'{"why":"number 2"}'


@pytest.mark.parametrize("error", [Problem(409, "a gate refuses it"), RegistryError("it serves already")])
def test_what_was_refused_may_be_sent_again(quick, error):
    def refused():
        raise error

    with pytest.raises(type(error)):
        decided(quick, sent(), refused)
    assert decided(quick, sent(), Body).status_code == 200


def test_what_may_have_been_carried_out_is_not_done_again(quick):
    def away():
        raise Unavailable("the database is away, after the decision")

    with pytest.raises(Unavailable):
        decided(quick, sent(), away)
    with pytest.raises(Problem, match="is not done yet"):
        decided(quick, sent(), Body)
    with quick.session() as session:
        session.execute(update(Idempotent).values(at=datetime.now(UTC) - timedelta(minutes=5)))
    with pytest.raises(Problem, match="nobody knows whether") as caught:
        decided(quick, sent(), Body)
    assert caught.value.status == 409


def test_what_does_no_harm_twice_is_done_again_where_its_process_died(quick):
    claimed(quick, timedelta(minutes=5))
    assert decided(quick, sent(), Body, repeatable=True).status_code == 200
