"""One of several processes of the service ends with the process that started them."""

from __future__ import annotations

import logging
import multiprocessing
import signal

import anyio

_EVERY = 1.0  # seconds between two looks
_log = logging.getLogger(__name__)


async def end_with_parent() -> None:
    """End this process, as an operator would, once the one that started it as one of several is gone.

    Killed, that one takes nobody with it: the others would answer on, with nobody to start them anew or to
    tell them to end, and their address would be taken for whoever starts the service again.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    while parent.is_alive():
        await anyio.sleep(_EVERY)
    _log.error("the process that started this one is gone: it ends")
    signal.raise_signal(signal.SIGTERM)
