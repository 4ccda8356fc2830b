import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from workup.serve.audit import chain
from workup.serve.audit.chain import START, Entry, Verification, append, canonical, extend, newest, verify
from workup.serve.errors import Unavailable
from workup.serve.store import Database

ENTRY = Entry("assess", "ward 3", "r-1", "general@3", "abc", {"given": "Fièvre, 39 °C", "p": 0.1})


def write(database, count=1, entry=ENTRY):
    for number in range(count):
        with database.session() as session:
            append(session, replace(entry, request=f"r-{number}"))


def verified(database, known=None):
    with database.reading() as session:
        return verify(session, known)


def tamper(database, *statements):
    """What somebody can do who owns the database: turn its own refusal off first."""
    with database.session() as session:
        if database.engine.dialect.name == "sqlite":
            for change in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS events_no_{change}"))
        else:
            session.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        for statement in statements:
            session.execute(text(statement))


def test_events_follow_from_each_other_from_the_first_one_on(opened):
    assert verified(opened) == Verification(0, START, None)
    write(opened, 3)
    with opened.reading() as session:
        events = newest(session, 10)[::-1]
    assert [event.id for event in events] == [1, 2, 3]
    assert [event.previous for event in events] == [START, events[0].hash, events[1].hash]
    assert events[0].told == {"given": "Fièvre, 39 °C", "p": 0.1}
    assert verified(opened) == Verification(3, events[-1].hash, None)


def test_several_events_of_one_transaction_are_a_chain_too(opened):
    with opened.session() as session:
        for _ in range(3):
            append(session, ENTRY)
    assert verified(opened).events == 3
    assert verified(opened).broken is None


def test_events_written_at_once_follow_from_each_other_and_from_what_is_there(opened):
    write(opened, 2)
    with opened.session() as session:
        events = extend(session, [replace(ENTRY, request=f"r-{number}") for number in "abc"])
        assert extend(session, []) == []
    write(opened)
    assert [(event.id, event.request) for event in events] == [(3, "r-a"), (4, "r-b"), (5, "r-c")]
    assert verified(opened).events == 6
    assert verified(opened).broken is None


def test_an_event_of_a_transaction_that_failed_is_not_there_and_leaves_no_gap(opened):
    write(opened)
    with pytest.raises(ZeroDivisionError), opened.session() as session:
        append(session, ENTRY)
        raise ZeroDivisionError
    write(opened)
    assert verified(opened).broken is None
    assert verified(opened).events == 2


@pytest.mark.parametrize("change", ["UPDATE events SET caller = 'x'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_an_event(opened, change):
    write(opened)
    refused = pytest.raises((Unavailable, IntegrityError), match="events are only added to")
    with refused, opened.session() as session:
        session.execute(text(change))
    assert verified(opened).events == 1


@pytest.mark.parametrize("what", ["id", "hash", "previous"])
def test_the_database_itself_refuses_to_put_an_event_in_the_place_of_another(opened, what):
    write(opened, 2)
    own = {"id": "9", "hash": "'h'", "previous": "'p'"} | {what: what}
    values = f"SELECT {own['id']}, at, action, 'x', request, version, checksum, details, {own['previous']}, "
    told = f"{values}{own['hash']} FROM events WHERE id = 1"
    replaced = f"INSERT OR REPLACE INTO events {told}"
    if opened.engine.dialect.name == "postgresql":
        replaced = f"INSERT INTO events {told} ON CONFLICT ({what}) DO UPDATE SET caller = 'x'"
    refused = pytest.raises((Unavailable, IntegrityError), match="events are only added to")
    with refused, opened.session() as session:
        session.execute(text(replaced))
    assert verified(opened).events == 2
    assert verified(opened).broken is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE events SET caller = 'nobody' WHERE id = 3", "event 3 was changed"),
        ("UPDATE events SET details = '{}' WHERE id = 2", "event 2 was changed"),
        ("UPDATE events SET at = '2020-01-01T00:00:00.000000+00:00' WHERE id = 5", "event 5 was changed"),
        ("UPDATE events SET hash = 'f' WHERE id = 1", "event 1 was changed"),
        ("UPDATE events SET previous = 'f' WHERE id = 4", "event 4 was changed"),
        ("DELETE FROM events WHERE id = 1", "event 1 is missing"),
        ("DELETE FROM events WHERE id = 3", "event 3 is missing"),
        ("DELETE FROM events WHERE id < 4", "event 1 is missing"),
    ],
)
def test_a_change_by_who_owns_the_database_is_found_at_its_place(quick, change, place):
    write(quick, 5)
    tamper(quick, change)
    found = verified(quick)
    assert place in found.broken
    assert found.events == int(place.split()[1]) - 1


def test_an_event_that_was_rewritten_with_a_fitting_hash_breaks_the_next_one(opened):
    write(opened, 2)
    with opened.reading() as session:
        first, second = newest(session, 2)[::-1]
    first.caller = "nobody"
    tamper(opened, f"UPDATE events SET caller = 'nobody', hash = '{chain._hash(first)}' WHERE id = 1")
    assert "event 2 does not follow from event 1" in verified(opened).broken
    assert second.previous != chain._hash(first)


def test_an_end_that_was_cut_off_is_found_by_a_head_noted_before(opened):
    write(opened, 3)
    noted = verified(opened).head
    write(opened)
    assert verified(opened, noted).broken is None
    tamper(opened, "DELETE FROM events WHERE id > 2")
    assert verified(opened).broken is None
    assert "its end was cut off" in verified(opened, noted).broken


def test_bytes_in_a_column_of_text_are_a_change(quick):
    write(quick)
    tamper(quick, "UPDATE events SET caller = x'ff00'")
    assert "event 1 was changed" in verified(quick).broken


def test_the_same_values_give_the_same_json_whatever_their_order():
    assert canonical({"b": 1, "a": "ä"}) == canonical({"a": "ä", "b": 1}) == '{"a":"\\u00e4","b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"p": float("nan")})


WRITER = """
import sys
from workup.serve.audit.chain import Entry, append
from workup.serve.store import Database
database = Database.open(sys.argv[1])
for number in range(int(sys.argv[2])):
    with database.session() as session:
        event = append(session, Entry("assess", sys.argv[3], str(number)))
    print(event.id, flush=True)
"""


def writing(database, count, name):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, database, str(count), name], stdout=subprocess.PIPE, text=True
    )


def test_processes_that_append_at_once_keep_one_chain(database):
    Database.open(database).close()
    processes = [writing(database, 30, name) for name in "abc"]
    told = [int(line) for process in processes for line in process.communicate()[0].split()]
    found = Database.open(database)
    assert sorted(told) == list(range(1, 91))
    assert verified(found) == replace(verified(found), events=90, broken=None)
    found.close()


def test_a_writer_that_is_killed_loses_nothing_it_acknowledged_and_leaves_the_chain_whole(database):
    Database.open(database).close()
    killed, other = writing(database, 100_000, "killed"), writing(database, 40, "other")
    acknowledged = [int(killed.stdout.readline()) for _ in range(20)]
    killed.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in killed.communicate()[0].split("\n")[:-1] if line]
    acknowledged += [int(line) for line in other.communicate()[0].split()]
    found = Database.open(database)
    assert verified(found).broken is None
    assert verified(found).events >= len(acknowledged)
    with found.reading() as session:
        kept = {event.id for event in newest(session, 1_000_000)}
    assert set(acknowledged) <= kept
    write(found)
    assert verified(found).broken is None
    found.close()
