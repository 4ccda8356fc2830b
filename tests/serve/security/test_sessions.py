from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from workup.serve.security import sessions
from workup.serve.security.keys import Keys
from workup.serve.security.roles import Role


@pytest.fixture
def token(opened):
    with opened.session() as session:
        Keys().create(session, "dr ann", [Role.CLINICIAN], by="test")
        return sessions.begin(session, "dr ann")


def check(database, token):
    with database.reading() as session:
        return sessions.check(session, token)


def test_a_session_is_its_key_by_a_token_that_is_not_kept(opened, token):
    caller = check(opened, token)
    assert (caller.name, caller.roles, caller.via) == ("dr ann", {Role.CLINICIAN}, "page")
    with opened.reading() as session:
        assert token not in session.scalars(text("SELECT hash FROM web_sessions")).all()
    assert check(opened, token + "x") is None
    assert check(opened, "") is None


def test_it_ends_on_leaving(opened, token):
    with opened.session() as session:
        sessions.end(session, token)
    assert check(opened, token) is None


def test_it_ends_with_its_key(opened, token):
    with opened.session() as session:
        Keys().revoke(session, "dr ann", by="test")
    assert check(opened, token) is None


def test_none_begins_for_a_key_that_was_revoked_since_it_was_checked(opened, token):
    with opened.session() as session:
        Keys().revoke(session, "dr ann", by="another process")
        assert sessions.begin(session, "dr ann") is None


def test_it_ends_after_a_shift_and_is_cleared_away(opened, token, monkeypatch):
    class Later(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) + sessions.LIFETIME + timedelta(seconds=1)

    monkeypatch.setattr(sessions, "datetime", Later)
    assert check(opened, token) is None
    with opened.session() as session:
        sessions.begin(session, "dr ann")
        assert session.scalar(text("SELECT count(*) FROM web_sessions")) == 1
    assert Later.now(UTC) > datetime.now(UTC)


def test_a_form_of_another_session_is_no_form_of_this_one():
    assert sessions.is_csrf("a", sessions.csrf("a"))
    assert not sessions.is_csrf("a", sessions.csrf("b"))
    assert not sessions.is_csrf("a", "ü")
