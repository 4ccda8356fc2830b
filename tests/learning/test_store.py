import sqlite3
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from learning_cases import GOUT
from workup.errors import DataError
from workup.learning.intake import take_in
from workup.learning.review import decide, item_of
from workup.learning.store import opened
from workup.learning.tables import Base


def test_the_migrations_make_exactly_the_tables_of_the_code(session):
    assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []


def test_what_ends_well_is_kept_and_what_does_not_is_not(database, write):
    with opened(database, create=True) as session:
        take_in(session, write(GOUT), "St Ann")
    with pytest.raises(ZeroDivisionError), opened(database) as session:
        decide(session, item_of(session, 1), "Ann", "accept", "textbook")
        raise ZeroDivisionError
    with opened(database) as session:
        assert item_of(session, 1).diagnosis == "Gout"
        assert item_of(session, 1).decisions == []


@pytest.mark.parametrize("change", ["UPDATE decisions SET why = 'x'", "DELETE FROM decisions"])
def test_the_database_itself_refuses_to_change_a_decision(database, write, change):
    with opened(database, create=True) as session:
        take_in(session, write(GOUT), "St Ann")
        decide(session, item_of(session, 1), "Ann", "accept", "textbook")
    with pytest.raises(DataError, match="decisions are only added to"), opened(database) as session:
        session.execute(text(change))
    with opened(database) as session:
        assert item_of(session, 1).decisions[0].why == "textbook"


def test_the_database_itself_refuses_to_put_a_decision_in_the_place_of_another(database, write):
    with opened(database, create=True) as session:
        take_in(session, write(GOUT), "St Ann")
        decide(session, item_of(session, 1), "Ann", "accept", "textbook")
        sqlite = session.get_bind().dialect.name == "sqlite"
    told = "SELECT id, item_id, reviewer, verdict, diagnosis, 'x', at, seen FROM decisions"
    into = f"INTO decisions (id, item_id, reviewer, verdict, diagnosis, why, at, seen) {told}"
    update = f"INSERT {into} ON CONFLICT (id) DO UPDATE SET why = 'x'"
    replaced = f"INSERT OR REPLACE {into}" if sqlite else update
    with pytest.raises(DataError, match="decisions are only added to"), opened(database) as session:
        session.execute(text(replaced))
    with opened(database) as session:
        assert item_of(session, 1).decisions[0].why == "textbook"


def test_a_second_copy_of_an_item_is_refused_by_the_database_too(session, write):
    (item,) = take_in(session, write(GOUT), "St Ann").items
    columns = "intake_id, place, received, kind, text, fingerprint, digest"
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(f"INSERT INTO items ({columns}) SELECT {columns} FROM items WHERE id = {item.id}")
        )


def test_nothing_is_made_where_nothing_is_to_be_written(tmp_path):
    with (
        pytest.raises(DataError, match=r"there is no database .*workup learn intake"),
        opened(str(tmp_path / "a.db")),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_one_error_and_stays_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no database at all, only words" * 100)
    with pytest.raises(DataError, match="file is not a database"), opened(str(path)):
        pass
    assert path.read_text() == "no database at all, only words" * 100


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ("{folder}", "is a folder; name the file"),
        ("{folder}/none/a.db", "there is no folder"),
        ("nosql://here/a", "neither the path of an SQLite file nor"),
        ("postgresql://", "cannot be used"),
        ("postgresql://ann:secret@localhost:1/a", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_error_without_its_password(tmp_path, database, reason):
    with (
        pytest.raises(DataError, match=reason) as told,
        opened(database.format(folder=tmp_path), create=True),
    ):
        pass
    assert "secret" not in str(told.value)


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    path = str(tmp_path / "a.db")
    with opened(path, create=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DataError, match="a newer one made them"), opened(path):
        pass


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy.exc", None)
    with pytest.raises(DataError, match=r"pip install 'workup\[learning\]'"), opened("a.db"):
        pass


def test_a_database_that_another_process_writes_is_one_error(tmp_path, monkeypatch, write):
    path = str(tmp_path / "a.db")
    with opened(path, create=True):
        pass
    monkeypatch.setattr("workup.learning.database.BUSY", 0.01)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(DataError, match="locked"), opened(path) as session:
            take_in(session, write(GOUT), "St Ann")
    finally:
        other.close()
