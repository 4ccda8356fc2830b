"""Starting the service: the database made ready once, then one or several processes that answer."""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from workup.serve.errors import ServeError, missing
from workup.serve.settings import Settings, names
from workup.serve.sharing import OwnInEach
from workup.serve.store.database import Database

if TYPE_CHECKING:
    from fastapi import FastAPI

METRICS = "PROMETHEUS_MULTIPROC_DIR"
_GRACE = 30  # seconds that a process has to finish what it answers when it is told to stop


def first_key(settings: Settings) -> str | None:
    """Make the database ready; the first key of a new service, with every role, or None if it has had one.

    Raises:
        ServeError: the database cannot be used.
    """
    from workup.serve.security.keys import Keys

    database = Database.open(settings.database)
    try:
        with database.session() as session:
            return Keys().first_admin(session)
    finally:
        database.close()


def require_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anything long is begun.

    Raises:
        ServeError: it is taken, or not ours.
    """
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "something listens there already" if taken else error.strerror
        raise ServeError(
            f"the service cannot listen on {host}:{port}: {reason}; choose --host and --port"
        ) from None


def run(settings: Settings) -> None:
    """Answer until told to stop; the processes learn the settings from their environment."""
    try:
        import uvicorn
        from uvicorn.supervisors import Multiprocess

        from workup.serve.protocol import Protocol
    except ImportError:
        raise missing("uvicorn and httptools") from None
    for name in names(os.environ):
        del os.environ[name]
    os.environ.update(settings.to_environ())
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # transformers draws them into the log
    options: dict[str, Any] = {
        "app": "workup.serve.start:app",
        "factory": True,
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "http": Protocol,
        "access_log": False,  # the audit has who asked what; a line a request would cost more than it tells
        "server_header": False,
        "timeout_graceful_shutdown": _GRACE,
    }
    if settings.workers == 1:
        uvicorn.run(**options)
        return
    with _shared_metrics(), OwnInEach.on(settings.host, settings.port) as address:
        Multiprocess(uvicorn.Config(**options), sockets=[address]).run()


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """A folder in which several processes count together, unless the environment names one."""
    if METRICS in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="workup-metrics-") as folder:
        os.environ[METRICS] = folder
        try:
            yield
        finally:
            del os.environ[METRICS]


def app() -> FastAPI:
    """The application of one process, with the settings of its environment."""
    from workup.serve.app import create_app

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    return create_app(Settings.load())
