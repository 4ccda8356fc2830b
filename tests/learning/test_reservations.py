import pytest

from learning_cases import CROUP, GOUT, MIGRAINE
from workup.errors import DataError
from workup.learning.database import DEFAULT
from workup.learning.intake import take_in
from workup.learning.references import add
from workup.learning.reservations import reserved_in, reserved_now
from workup.learning.review import decide
from workup.learning.store import opened
from workup.registry.fingerprints import fingerprint


@pytest.fixture
def agreed(session, write):
    """Two cases that two reviewers agreed on."""
    items = take_in(session, write(GOUT, CROUP), "St Ann").items
    for item in items:
        for reviewer in ("Ann", "Bea"):
            decide(session, item, reviewer, "accept", "fits")
    return items


@pytest.mark.parametrize("role", ["validation", "test", "canary"])
def test_what_is_added_to_a_set_that_is_kept_back_is_reserved(session, write, role):
    assert reserved_now(session) == frozenset()
    add(session, write(MIGRAINE, name="kept.jsonl"), role)
    assert reserved_now(session) == {fingerprint(MIGRAINE["text"])}


def test_what_is_trained_on_is_not_reserved(quick, write):
    add(quick, write(GOUT, name="rows.jsonl"), "training")
    assert reserved_now(quick) == frozenset()


def test_an_agreed_case_is_reserved_once_a_near_copy_of_it_is(session, agreed, write):
    near = {"text": GOUT["text"].replace("Beer daily", "Wine daily")}
    add(session, write(near, name="secret.jsonl"), "canary")
    assert reserved_now(session) == {fingerprint(GOUT["text"]), fingerprint(near["text"])}


def test_a_store_is_opened_by_its_name(tmp_path, write):
    place = str(tmp_path / "learning.db")
    with opened(place, create=True) as session:
        add(session, write(GOUT, name="kept.jsonl"), "test")
    assert reserved_in(place) == {fingerprint(GOUT["text"])}


def test_where_nobody_has_begun_a_store_there_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert reserved_in(DEFAULT) is None
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_named_has_to_be_there(tmp_path):
    with pytest.raises(DataError, match="there is no database"):
        reserved_in(str(tmp_path / "other.db"))
