import json
import sqlite3

import pytest

from workup.serve.audit.chain import Entry, append
from workup.serve.audit.record import ASSESS, record
from workup.serve.engine.sources import source_of
from workup.serve.settings import Settings
from workup.serve.store import Database

TEXT = "A 54-year-old with polyuria, polydipsia and weight loss."


@pytest.fixture
def audit(workup, monkeypatch, tmp_path):
    """`workup audit` beside a record of two keys that were made."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("ward", "lab"):
        workup("keys", "create", name, "--role", "viewer")
    return lambda *arguments: workup("audit", *arguments)


def tamper(tmp_path, *statements):
    with sqlite3.connect(tmp_path / "workup.db") as connection:
        for statement in ("DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", *statements):
            connection.execute(statement)
    connection.close()


def test_a_whole_record_is_said_to_be_whole_with_its_head(audit):
    told = json.loads(audit("verify", "--json").out)
    assert (told["events"], told["broken"]) == (2, None)
    done = audit("verify")
    assert done.status == 0
    assert told["head"] in done.out


def test_a_changed_record_is_named_at_its_place(audit, tmp_path):
    tamper(tmp_path, "UPDATE events SET caller = 'nobody' WHERE id = 2")
    done = audit("verify")
    assert done.status == 1
    assert "event 2 was changed after it was written. Up to event 1 all is as written." in done.out


def test_a_cut_end_is_found_by_the_head_that_was_noted(audit, tmp_path):
    head = json.loads(audit("verify", "--json").out)["head"]
    assert audit("verify", "--head", head).status == 0
    tamper(tmp_path, "DELETE FROM events WHERE id = 2")
    assert audit("verify").status == 0
    done = audit("verify", "--head", head)
    assert done.status == 1
    assert "its end was cut off" in done.out


def test_events_are_listed_newest_first_and_in_full_as_json(audit):
    lines = [line for line in audit("list").out.splitlines() if "key created" in line]
    assert ["lab" in lines[0], "ward" in lines[1]] == [True, True]
    newest, _ = json.loads(audit("list", "--json", "--action", "key created").out)
    assert (newest["id"], newest["details"]["name"]) == (2, "lab")
    assert json.loads(audit("list", "--json", "--caller", "nobody").out) == []
    assert len(json.loads(audit("list", "--json", "--last", 1).out)) == 1


def test_an_answer_is_asked_again(audit, clinic_run, diagnoser, tmp_path):
    source = source_of(Settings.load({}, run=clinic_run.folder))
    held = source.named(source.serving()["general"])
    (answer,) = diagnoser.assess_many([TEXT], explain=False)
    database = Database.open(str(tmp_path / "workup.db"))
    with database.session() as session:
        append(session, Entry(ASSESS, "ward", "r", held.name, held.checksum, record(TEXT, answer)))
    database.close()
    done = audit("replay", 3, "--run", clinic_run.folder)
    assert (done.status, done.err) == (0, "")
    assert "the same as recorded" in done.out
    told = json.loads(audit("replay", 3, "--run", clinic_run.folder, "--json").out)
    assert told["same"]
    assert told["now"] == told["recorded"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("replay", "1"), "event 1 is 'key created': only answers can be asked again"),
        (("replay", "9"), "there is no event 9; they go from 1 to 2"),
        (("replay", "1", "--run", "a", "--registry", "b"), "one model source is wanted"),
        (("verify", "--database", "other.db"), "there is no database other.db yet"),
        (("replay", "one"), "valid integer"),
    ],
)
def test_wrong_input_gets_one_clear_error(audit, arguments, reason):
    done = audit(*arguments)
    assert done.status == 2
    assert reason in done.err
    assert "Traceback" not in done.err
