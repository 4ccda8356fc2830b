from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel
from sqlalchemy import select, update

from workup.serve.idempotency import REPLAYED, Sent, once
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
