import http.server
import json
import os
import threading

import pytest

from signed_tokens import ec_key, public, rsa_key, write
from workup.serve.errors import Unavailable
from workup.serve.security import jwks

RSA, EC = rsa_key(), ec_key()


@pytest.fixture
def issuer():
    """A server on this machine that gives whatever stands in `answer`; counts how often it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        answer = json.dumps({"keys": [public(RSA, "1")]}).encode()
        asked = 0

        def do_GET(self):
            type(self).asked += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.answer)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Handler.url = f"http://127.0.0.1:{server.server_port}/keys"
    yield Handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_keys_of_a_url_are_kept_and_an_unknown_one_does_not_make_us_ask_again_and_again(issuer):
    keys = jwks.keys_at(issuer.url)
    assert keys.key("1").key_id == "1"
    for _ in range(5):
        assert keys.key("none") is None
    assert issuer.asked == 1


def test_a_new_key_of_a_url_is_found_after_a_while(issuer, monkeypatch):
    monkeypatch.setattr(jwks, "_COOLDOWN", 0)
    keys = jwks.keys_at(issuer.url)
    assert keys.key("2") is None
    issuer.answer = json.dumps({"keys": [public(EC, "2")]}).encode()
    assert keys.key("2").key_id == "2"


def test_an_issuer_that_does_not_answer_is_said_to_be_away():
    with pytest.raises(Unavailable, match="cannot be had"):
        jwks.keys_at("http://127.0.0.1:9/keys").key("1")


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"keys": []}', b'{"keys": 3}'])
def test_what_is_no_key_set_is_said_to_be_none(issuer, answer):
    issuer.answer = answer
    with pytest.raises(Unavailable, match="is no JWK Set"):
        jwks.keys_at(issuer.url).key("1")


def test_a_file_that_changes_is_read_again(tmp_path):
    path = tmp_path / "jwks.json"
    keys = jwks.keys_at(write(path, public(RSA, "1")))
    assert keys.key("2") is None
    write(path, public(EC, "2"))
    os.utime(path, (1, 1))
    assert keys.key("2").key_id == "2"
    path.unlink()
    with pytest.raises(Unavailable, match="no JWK Set that can be read"):
        keys.key("2")
