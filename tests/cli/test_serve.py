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


def status(port, key):
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/v1/keys", headers={"X-API-Key": key})
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_it_starts_prints_a_key_that_holds_and_ends_when_it_is_told(clinic_run, diagnoser, port, tmp_path):
    command = [sys.executable, "-m", "workup", "serve", "--run", clinic_run.folder, "--port", str(port)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    environ["PYTHONUNBUFFERED"] = "1"
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            while "Uvicorn running" not in process.stderr.readline():
                assert process.poll() is None
            key = next(found[0] for line in process.stdout if (found := re.search(r"wk_\S+", line)))
            assert (status(port, key), status(port, "wk_nobody")) == (200, 401)
            process.send_signal(signal.SIGTERM)
            # uvicorn ends what it answers, and then lets the signal have its way.
            assert process.wait() in (0, -signal.SIGTERM)
        finally:
            process.kill()
