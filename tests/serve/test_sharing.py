"""One address of several processes."""

from __future__ import annotations

import pickle
import socket

import pytest

from workup.serve.errors import ServeError
from workup.serve.sharing import OwnInEach
from workup.serve.start import require_free

ENOUGH = 64  # connections, of which one of two sockets gets none once in 2 to the power of 63


def test_connections_are_handed_out_among_all_who_listen_and_none_goes_where_nobody_does():
    with OwnInEach.on("127.0.0.1", 0) as kept:
        address = kept.getsockname()
        listening = [pickle.loads(pickle.dumps(kept)) for _ in range(2)]
        for one in listening:
            assert one.getsockname() == address
            one.listen(ENOUGH)
            one.setblocking(False)
        clients = [socket.create_connection(address, timeout=5) for _ in range(ENOUGH)]
        taken = [accepted(one) for one in listening]
        assert sum(map(len, taken)) == ENOUGH
        assert all(taken)
        for one in (*clients, *listening, *taken[0], *taken[1]):
            one.close()


def accepted(listening: socket.socket) -> list[socket.socket]:
    found = []
    while True:
        try:
            found.append(listening.accept()[0])
        except BlockingIOError:
            return found


def test_the_protocol_is_named_so_that_asyncio_sends_without_delay():
    with OwnInEach.on("127.0.0.1", 0) as kept, pickle.loads(pickle.dumps(kept)) as own:
        assert kept.proto == own.proto == socket.IPPROTO_TCP


def test_an_address_that_processes_share_is_taken_for_anybody_else():
    with OwnInEach.on("127.0.0.1", 0) as kept:
        kept.listen()
        with pytest.raises(ServeError, match="something listens there already"):
            require_free(*kept.getsockname())
