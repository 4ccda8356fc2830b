import threading

import pytest

from registry_versions import evidence, put
from workup.registry import Registry, tracking
from workup.serve.api import mirror
from workup.serve.api.mirror import mirrored


@pytest.fixture
def registry(tmp_path):
    found = Registry.at(tmp_path / "registry")
    found.prepare()
    return found


@pytest.fixture
def syncs(monkeypatch):
    """What each sync is to end with, in turn; an event holds one up until it is set."""
    told = []

    def synced(registry, line):
        one = told.pop(0)
        if not isinstance(one, threading.Event):
            return one
        one.wait(60)
        return None

    monkeypatch.setattr(tracking, "is_wanted", lambda registry: True)
    monkeypatch.setattr(mirror, "_synced", synced)
    return told


def test_where_no_mlflow_is_to_follow_nothing_is_done(registry):
    assert mirrored(registry, "general") is None


def test_what_fails_is_told_and_logged(registry, syncs, caplog):
    syncs += [None, "it is away"]
    assert mirrored(registry, "general") is None
    told = mirrored(registry, "general")
    assert "general was not mirrored in MLflow, the registry itself is complete (it is away)" in told
    assert caplog.messages == [told]


def test_an_answer_waits_only_so_long_and_the_log_has_the_rest(registry, syncs, caplog, monkeypatch):
    monkeypatch.setattr(mirror, "PATIENCE", 0.01)
    goes_on = threading.Event()
    syncs += [goes_on, "it is away", None]
    assert "has not shown general" in mirrored(registry, "general")
    assert "has not shown cardiology" in mirrored(registry, "cardiology")  # one after another
    goes_on.set()
    monkeypatch.setattr(mirror, "PATIENCE", 60)
    assert mirrored(registry, "general") is None
    assert ["cardiology" in message for message in caplog.messages] == [True]


def test_mlflow_that_is_away_or_not_installed_is_told_in_its_own_words(registry, monkeypatch):
    monkeypatch.setattr(tracking, "is_wanted", lambda registry: True)
    monkeypatch.setattr(mirror, "PATIENCE", 120)
    monkeypatch.setenv(tracking.URI, "http://127.0.0.1:1")  # nothing listens there
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    put(registry, evidence())
    told = mirrored(registry, "general")
    assert "MLflow at http://127.0.0.1:1" in told or "pip install" in told
