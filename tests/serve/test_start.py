import socket

import pytest

from workup.serve import start
from workup.serve.errors import ServeError
from workup.serve.security.keys import Keys
from workup.serve.security.roles import ALL
from workup.serve.settings import Settings
from workup.serve.store import Database


def test_the_first_start_gives_a_key_and_no_later_one_does(database):
    settings = Settings.load({}, database=database)
    key = start.first_key(settings)
    assert start.first_key(settings) is None
    opened = Database.open(database, create=False)
    with opened.reading() as session:
        assert Keys().check(session, key).roles == ALL
    opened.close()


def test_an_address_that_is_taken_is_refused_and_a_free_one_is_not():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        with pytest.raises(ServeError, match="something listens there already"):
            start.require_free("127.0.0.1", port)
    start.require_free("127.0.0.1", port)


def test_several_processes_count_in_a_folder_of_their_own(monkeypatch, tmp_path):
    monkeypatch.delenv(start.METRICS, raising=False)
    with start._shared_metrics():
        folder = start.os.environ[start.METRICS]
    assert start.METRICS not in start.os.environ
    monkeypatch.setenv(start.METRICS, str(tmp_path))
    with start._shared_metrics():
        assert start.os.environ[start.METRICS] == str(tmp_path) != folder
