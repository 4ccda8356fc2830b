import threading
from datetime import datetime

import pytest

from workup.serve.audit.chain import Entry, append, newest
from workup.serve.errors import ServeError
from workup.serve.security import keys as module
from workup.serve.security.keys import REMEMBERED, Keys, last_seen, listed
from workup.serve.security.roles import ALL, Role


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(clock):
    return Keys(clock)


@pytest.fixture
def verifications(monkeypatch):
    """How often the slow hash was computed."""
    asked = []
    real = module._is
    monkeypatch.setattr(module, "_is", lambda key, secret: asked.append(key.name) or real(key, secret))
    return asked


def create(database, keys, name="ward 3", roles=(Role.CLINICIAN,), **told):
    with database.session() as session:
        return keys.create(session, name, roles, by="ann", **told)


def check(database, keys, given):
    with database.reading() as session:
        return keys.check(session, given)


def test_a_key_is_known_by_its_name_and_roles(opened, keys):
    key = create(opened, keys, roles=(Role.CLINICIAN, Role.VIEWER))
    caller = check(opened, keys, key)
    assert (caller.name, caller.roles, caller.via) == ("ward 3", {Role.CLINICIAN, Role.VIEWER}, "key")


def test_the_key_itself_is_kept_nowhere(opened, keys):
    key = create(opened, keys)
    secret = key.split("_", 2)[2]  # which may have a "_" too
    with opened.reading() as session:
        (row,), events = listed(session), newest(session, 10)
        kept = [*vars(row).values(), *(value for event in events for value in vars(event).values())]
    assert row.hash.startswith("$argon2id$")
    assert not any(secret in str(value) for value in kept)


@pytest.mark.parametrize("wrong", ["", "wk_", "wk_00000000_" + "x" * 43, "Bearer x", "wk_\x00", "ü" * 60])
def test_what_is_no_key_is_refused(quick, keys, wrong):
    create(quick, keys)
    assert check(quick, keys, wrong) is None


def test_a_key_is_remembered_once_it_was_checked_and_for_some_seconds_only(quick, keys, clock):
    key = create(quick, keys)
    assert keys.remembered(key) is None
    caller = check(quick, keys, key)
    assert keys.remembered(key) == caller
    clock.now += REMEMBERED
    assert keys.remembered(key) is None


def test_a_wrong_key_is_never_remembered_as_one(quick, keys):
    wrong = f"wk_00000000_{'x' * 43}"
    check(quick, keys, wrong)
    assert keys.remembered(wrong) is None


def test_a_key_with_one_other_letter_is_refused(quick, keys):
    key = create(quick, keys)
    other = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert check(quick, keys, other) is None


def test_a_key_is_hashed_once_in_the_time_it_is_remembered(quick, keys, clock, verifications):
    key = create(quick, keys)
    for _ in range(5):
        assert check(quick, keys, key) is not None
    assert len(verifications) == 1
    clock.now += REMEMBERED + 1
    assert check(quick, keys, key) is not None
    assert len(verifications) == 2


def test_many_requests_at_once_with_one_key_hash_it_once(quick, keys, verifications):
    key = create(quick, keys)
    threads = [threading.Thread(target=check, args=(quick, keys, key)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(verifications) == 1


def test_a_revoked_key_is_refused_at_once_here_and_within_seconds_elsewhere(opened, keys, clock):
    elsewhere, key = Keys(clock), create(opened, keys)
    assert check(opened, keys, key)
    assert check(opened, elsewhere, key)
    with opened.session() as session:
        keys.revoke(session, "ward 3", by="ann")
    assert check(opened, keys, key) is None
    assert check(opened, elsewhere, key) is not None
    clock.now += REMEMBERED
    assert check(opened, elsewhere, key) is None


def test_a_key_is_revoked_by_how_it_begins_too(quick, keys):
    key = create(quick, keys)
    with quick.session() as session:
        assert keys.revoke(session, key[:11], by="ann").name == "ward 3"
    assert check(quick, keys, key) is None


def test_making_and_revoking_stand_in_the_audit(quick, keys):
    create(quick, keys, request="r-1")
    with quick.session() as session:
        keys.revoke(session, "ward 3", by="bea", request="r-2")
    with quick.reading() as session:
        told = [(one.action, one.caller, one.request, one.told["name"]) for one in newest(session, 5)]
    assert told == [("key revoked", "bea", "r-2", "ward 3"), ("key created", "ann", "r-1", "ward 3")]


def test_a_key_was_last_seen_where_the_audit_has_it_as_the_caller_while_it_held(opened, keys):
    def act(action):
        with opened.session() as session:
            return datetime.fromisoformat(append(session, Entry(action, "ward 3", "r")).at)

    act("before there was a key")
    create(opened, keys)
    with opened.reading() as session:
        assert last_seen(session, listed(session)[0]) is None
    act("first")
    last = act("last")
    with opened.session() as session:
        keys.revoke(session, "ward 3", by="ann")
    act("after there was one")
    with opened.reading() as session:
        assert last_seen(session, listed(session)[0]) == last


def test_a_name_is_never_used_again_for_what_its_holder_did_is_known_by_it(quick, keys):
    create(quick, keys)
    with pytest.raises(ServeError, match="a key called ward 3 already"):
        create(quick, keys)
    with quick.session() as session:
        keys.revoke(session, "ward 3", by="ann")
    for name in ("ward 3", "Ward  3"):
        with pytest.raises(ServeError, match="a key called ward 3 already: choose another name"):
            create(quick, keys, name)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 81, "<b>", "a\x00", "oidc:ann"])
def test_a_name_that_cannot_stand_in_the_audit_is_refused(quick, keys, name):
    with pytest.raises(ServeError, match="no name for a key"):
        create(quick, keys, name)


def test_revoking_what_does_not_hold_names_the_nearest(quick, keys):
    create(quick, keys)
    with pytest.raises(ServeError, match="did you mean 'ward 3'"), quick.session() as session:
        keys.revoke(session, "ward 2", by="ann")


def test_the_first_start_gives_a_key_with_every_role_and_no_other_start_does(opened, keys):
    with opened.session() as session:
        key = keys.first_admin(session)
    assert check(opened, keys, key).roles == ALL
    with opened.session() as session:
        keys.revoke(session, "admin", by="ann")
        assert keys.first_admin(session) is None


def test_two_first_starts_at_once_give_one_key(opened):
    made = []

    def start():
        with opened.session() as session:
            made.append(Keys().first_admin(session))

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(key is not None for key in made) == 1
