import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def serve(workup, monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: workup("serve", *arguments)


@pytest.fixture
def port():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--run", "nowhere"), "nowhere is not a run"),
        (("--registry", "nowhere"), "there is no registry in nowhere"),
        (("--run", "a", "--registry", "b"), "one model source is wanted"),
        (("--port", "0"), "--port: Input should be greater than or equal to 1"),
        (("--workers", "0"), "--workers: Input should be greater than or equal to 1"),
        (("--host", "203.0.113.1"), "cannot listen on 203.0.113.1:"),
    ],
)
def test_wrong_input_gets_one_clear_error_and_nothing_is_made(serve, port, tmp_path, arguments, reason):
    done = serve(*([] if "--port" in arguments else ["--port", port]), *arguments)
    assert done.status == 2
    assert reason in done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_taken_is_said_before_anything_is_done(serve, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = serve("--port", taken.getsockname()[1])
    assert "something listens there already; choose --host and --port" in done.err
    assert list(tmp_path.iterdir()) == []


def test_it_starts_prints_a_key_once_answers_and_ends_when_it_is_told(clinic_run, diagnoser, port, tmp_path):
    def started():
        command = [sys.executable, "-m", "workup", "serve", "--run", clinic_run.folder, "--port", str(port)]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        while "Uvicorn running" not in process.stderr.readline():
            assert process.poll() is None
        return process

    def ended(process):
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate()
        return out

    def status(key):
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/v1/keys", headers={"X-API-Key": key})
        try:
            with urllib.request.urlopen(asked) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    first = started()
    refused = status("wk_nobody")
    (key,) = re.findall(r"wk_\S+", ended(first))
    assert refused == 401
    second = started()
    taken = status(key)
    assert re.findall(r"wk_\S+", ended(second)) == []
    assert taken == 200
