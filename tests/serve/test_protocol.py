"""Real connections to a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from workup.serve.protocol import MOST, Protocol


async def app(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"%04d" % len(body)})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=Protocol, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def answers(port: int, *parts: bytes) -> bytes:
    """All that comes back until the connection is closed, or nothing comes for a moment."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        got = b""
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(0.02)
            while found := connection.recv(65_536):
                got += found
        except OSError:
            pass
        return got


def request(body: bytes = b"", more: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s" % (more, len(body), body)


def test_requests_in_pieces_one_after_the_other_and_with_long_bodies_are_answered(port):
    whole = request(b"12") + request(b"123")
    got = answers(port, whole[:9], whole[9:40], whole[40:], request(b"x" * 2 * MOST)[: MOST + 100])
    assert got.count(b"200 OK") == 2
    assert b"0002" in got
    assert b"0003" in got
    body = b"y" * 9000
    assert b"9000" in answers(port, request(body)[:500], request(body)[500:])


def test_a_head_of_some_length_is_taken(port):
    assert b"200 OK" in answers(port, request(b"1", more=b"X-Long: %s\r\n" % (b"x" * 20_000)))


@pytest.mark.parametrize("kind", ["one header", "many headers", "the address"])
def test_a_head_that_does_not_end_is_refused_and_the_connection_closed(port, kind):
    begin = {
        "one header": b"GET / HTTP/1.1\r\nX-Long: ",
        "many headers": b"GET / HTTP/1.1\r\n",
        "the address": b"GET /",
    }[kind]
    more = b"X-More: 1234567\r\n" * 1000 if kind == "many headers" else b"x" * 17_000
    got = answers(port, begin, *[more] * 4)
    assert b"400 Bad Request" in got
    assert b"longer than 65536 bytes" in got


def test_what_is_no_http_is_refused(port):
    assert b"400 Bad Request" in answers(port, b"\x16\x03\x01\x02\x00\r\n\r\n")
