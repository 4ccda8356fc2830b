import re
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from workup.learning.database import engine_of
from workup.learning.store import opened as learning
from workup.learning.tables import Base as LearningBase
from workup.learning.tables import Intake
from workup.serve.errors import ServeError, Unavailable
from workup.serve.store import Database
from workup.serve.store.database import VERSION_TABLE
from workup.serve.store.tables import Base, Card, Switch, UsedToken, WebSession


def used(jti="1"):
    return UsedToken(issuer="a", jti=jti, expires=datetime.now(UTC))


def jtis(database):
    with database.reading() as session:
        return sorted(session.scalars(text("SELECT jti FROM used_tokens")))


def test_the_migrations_make_exactly_the_tables_of_the_code(opened):
    def ours(name, kind, parents):
        return kind != "table" or (name not in LearningBase.metadata.tables and name != "alembic_version")

    with opened.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "include_name": ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_it_is_the_database_of_the_learning_loop_too(database, opened):
    with learning(database) as session:
        session.add(
            Intake(at=datetime.now(UTC), file="a", sender="b", quarantined=0, copies=0, barred=0, dropped=0)
        )
    with opened.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM intakes")) == 1
    assert not set(Base.metadata.tables) & set(LearningBase.metadata.tables)


@pytest.mark.parametrize("which", ["the service", "the learning loop"])
def test_an_error_does_not_tell_the_values_of_a_row(opened, which):
    engine = opened.engine if which == "the service" else engine_of(opened.url)
    statement = text("INSERT INTO nowhere VALUES (:words)")
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(statement, {"words": "chest pain of Mr Smith"})
    engine.dispose()
    assert "Smith" not in str(caught.value)


def test_what_ends_well_is_kept_and_what_does_not_is_not(opened):
    with opened.session() as session:
        session.add(used("kept"))
    with pytest.raises(ZeroDivisionError), opened.session() as session:
        session.add(used("not kept"))
        session.flush()
        raise ZeroDivisionError
    assert jtis(opened) == ["kept"]


def test_a_reading_session_cannot_write_and_the_next_one_can(opened):
    with pytest.raises(Unavailable, match=r"read.?only"), opened.reading() as session:
        session.add(used())
        session.flush()
    with opened.session() as session:
        session.add(used())
    assert jtis(opened) == ["1"]


def test_a_token_is_used_once_and_the_caller_is_told(opened):
    with opened.session() as session:
        session.add(used())
    with pytest.raises(IntegrityError), opened.session() as session:
        session.add(used())


@pytest.mark.parametrize("change", ["UPDATE switches SET why = 'x'", "DELETE FROM switches"])
def test_the_database_itself_refuses_to_change_a_switch(opened, change):
    with opened.session() as session:
        session.add(Switch(scope="all", off=True, by="Ann", why="drill", at=datetime.now(UTC)))
    refused = pytest.raises((Unavailable, IntegrityError), match="switches are only added to")
    with refused, opened.session() as session:
        session.execute(text(change))


def test_threads_that_write_at_once_all_succeed(opened):
    def write(first):
        for number in range(first, first + 5):
            with opened.session() as session:
                session.add(used(str(number)))

    threads = [threading.Thread(target=write, args=(5 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jtis(opened)) == 40


def test_readers_do_not_wait_for_a_writer(opened):
    with opened.session() as session:
        session.add(used())
        session.flush()
        assert jtis(opened) == []


def test_several_processes_may_start_on_a_new_database_at_once(database):
    code = "import sys; from workup.serve.store import Database; Database.open(sys.argv[1]).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", code, database], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], errors
    found = Database.open(database, create=False)
    assert set(Base.metadata.tables) <= set(inspect(found.engine).get_table_names())
    found.close()


def test_cards_of_an_older_database_end_as_new_ones_do(database, opened):
    with opened.engine.begin() as connection:  # as the first version had it
        connection.execute(text("DROP INDEX ix_cards_expires"))
        connection.execute(text("ALTER TABLE cards DROP COLUMN expires"))
        connection.execute(text("INSERT INTO cards VALUES ('1', 7, 'ehr', '{}')"))
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))
    again = Database.open(database)
    with again.reading() as session:
        (card,) = session.scalars(select(Card))
    again.close()
    assert card.event == 7
    assert timedelta(days=29) < card.expires - datetime.now(UTC) < timedelta(days=31)


def test_cards_of_an_older_database_are_still_their_clients_own(database, opened):
    with opened.session() as session:
        session.add(Card(uuid="1", event=7, issuer="ehr", offered={}, expires=datetime.now(UTC)))
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0002'"))
    again = Database.open(database)
    with again.reading() as session:
        assert session.get_one(Card, "1").issuer == "cds:ehr"
    again.close()


def test_a_migration_that_is_killed_leaves_nothing_half_done(tmp_path, monkeypatch):
    path = str(tmp_path / "a.db")
    with monkeypatch.context() as broken:
        broken.setattr("workup.learning.database.keep", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Database.open(path)
    Database.open(path).close()


def test_a_server_that_was_away_is_found_again_without_a_restart(postgresql):
    database = Database.open(postgresql.new_database())
    with database.session() as session:
        session.add(used("before"))
    postgresql.stop()
    try:
        assert not database.alive()
        with pytest.raises(Unavailable, match="cannot be used"), database.session() as session:
            session.add(used("meanwhile"))
    finally:
        postgresql.start()
    assert database.alive()
    assert jtis(database) == ["before"]
    database.close()


def test_a_file_that_was_away_is_found_again_and_never_made_anew(tmp_path):
    path, away = tmp_path / "a.db", tmp_path / "away.db"
    database = Database.open(str(path))
    with database.session() as session:
        session.add(used("before"))
    assert database.alive()
    path.rename(away)
    assert not database.alive()
    with pytest.raises(Unavailable, match="unable to open"), database.session() as session:
        session.add(used("meanwhile"))
    assert not path.exists()
    away.rename(path)
    assert database.alive()
    assert jtis(database) == ["before"]
    database.close()


def test_a_full_disk_is_one_error_and_nothing_is_lost(quick):
    with quick.session() as session:
        session.add(used("before"))
        pages = session.scalar(text("PRAGMA page_count"))
        # SQLite gives the same error where the file may not grow as where the disk is full. The limit holds
        # for this connection alone, and the pool gives it again.
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(Unavailable, match="disk is full; free some space") as told:
        for number in range(100):
            with quick.session() as session:
                session.add(used(f"{number}" * 4000))
    assert "nothing unfinished was kept" in str(told.value)
    assert "before" in jtis(quick)
    with quick.session() as session:
        session.execute(text("PRAGMA max_page_count = 1000000"))
        session.add(used("after"))
    assert "after" in jtis(quick)


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ("{folder}", "is a folder; name the file"),
        ("{folder}/none/a.db", "there is no folder"),
        ("sqlite://", "a database that stays"),
        ("nosql://here/a", "neither the path of an SQLite file nor"),
        ("postgresql://ann:secret@localhost:1/a", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_error_without_its_password(tmp_path, database, reason):
    with pytest.raises(ServeError, match=reason) as told:
        Database.open(database.format(folder=tmp_path))
    assert "secret" not in str(told.value)


def test_nothing_is_made_where_nothing_is_to_be_made(tmp_path):
    with pytest.raises(ServeError, match="workup serve makes it"):
        Database.open(str(tmp_path / "a.db"), create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "a.db"
    Database.open(str(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    connection.close()
    with pytest.raises(ServeError, match="a newer one made them"):
        Database.open(str(path))


def test_a_missing_package_is_named_with_the_command_that_installs_it():
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from workup.errors import WorkupError\n"
        "try: import workup.serve.store\n"
        "except WorkupError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.search(r"pip install 'workup\[service\]'", done.stdout)


def test_a_session_of_the_page_belongs_to_a_key(opened):
    now = datetime.now(UTC)
    with pytest.raises(IntegrityError), opened.session() as session:
        session.add(WebSession(key_id=7, hash="a", created=now, expires=now))
