from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from workup.serve.audit import outages
from workup.serve.audit.chain import Entry, append, newest, verify
from workup.serve.errors import Unavailable


def fill(database):
    """Let the file grow no more, which SQLite calls a full disk, and append until no event fits.

    The limit holds for one connection alone, and the pool gives it again.
    """
    with database.engine.begin() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    for length in (3000, 300, 0):
        with pytest.raises(Unavailable, match="disk is full"):
            while True:
                with database.session() as session:
                    append(session, Entry("assess", "ward 3", "r-1", details={"given": "x" * length}))


def free(database):
    with database.engine.begin() as connection:
        connection.execute(text("PRAGMA max_page_count = 1000000"))


def some_seconds_pass(database):
    database.refused -= outages.HOLDS


def events(database):
    with database.reading() as session:
        return [(event.action, event.told) for event in newest(session, 1000)]


def test_a_database_that_takes_what_is_written_has_no_fault(opened):
    assert outages.fault(opened) is None
    assert events(opened) == []


def test_a_full_disk_is_a_fault_until_an_event_shows_that_it_is_over(quick):
    fill(quick)
    before = events(quick)
    assert "refuses to be written" in outages.fault(quick)
    some_seconds_pass(quick)
    assert "refuses to be written" in outages.fault(quick), "it tried, and was refused again"
    assert datetime.now(UTC) - quick.refused < outages.HOLDS

    free(quick)
    assert "refuses to be written" in outages.fault(quick), "a short event may fit where an answer did not"
    refused = quick.refused.isoformat()
    some_seconds_pass(quick)
    assert outages.fault(quick) is None
    assert quick.refused is None
    (action, told), *rest = events(quick)
    assert (action, rest) == (outages.ACTION, before)
    assert datetime.fromisoformat(told["refused"]) == datetime.fromisoformat(refused) - outages.HOLDS

    assert outages.fault(quick) is None
    assert len(events(quick)) == len(before) + 1, "one event for each time that it was refused"
    with quick.reading() as session:
        assert verify(session).broken is None


def test_a_write_that_is_kept_ends_it_too(quick):
    quick.refused = datetime.now(UTC) - timedelta(minutes=1)
    with quick.session() as session:
        append(session, Entry("assess", "ward 3", "r-1"))
    assert outages.fault(quick) is None
    assert [action for action, _ in events(quick)] == ["assess"]


def test_a_block_that_fails_of_itself_is_no_refusal(opened):
    with pytest.raises(ZeroDivisionError), opened.session():
        raise ZeroDivisionError
    assert opened.refused is None
