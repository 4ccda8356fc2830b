"""How many requests a caller may send.

Counted by `limits`, the engine of slowapi. slowapi's own middleware looks for the route of a request and lets
pass what it does not find: all routes of routers that FastAPI includes as they are (slowapi 0.1.10, FastAPI
0.165).
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from math import ceil
from time import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from workup.serve.problems import Problem

# Probes of the machinery that runs the service are never turned away: these very addresses, where nothing is
# taken in.
_UNCOUNTED = frozenset((how, f"/v2/health/{what}") for how in ("GET", "HEAD") for what in ("live", "ready"))
_CREDENTIALS = ("x-api-key", "authorization", "cookie")
_REMEMBERED = 10_000


class Rates:
    """Counts requests by their credential once it was accepted, and by their network address until then.

    It was accepted where the request has a caller (`security.callers`): an answer alone says nothing, for
    some routes are open to all. So who tries one made-up key after the other has the rate of a single caller.
    Counted is in memory, by each process of the service for itself.
    """

    def __init__(self, app: ASGIApp, rate: str) -> None:
        """With a rate such as "600/minute"."""
        self.app, self.rate = app, parse(rate)
        self.counted = SlidingWindowCounterRateLimiter(MemoryStorage())
        self.accepted: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on.

        Raises:
            Problem: 429, its caller has sent too many.
        """
        if scope["type"] != "http" or (scope["method"], scope["path"]) in _UNCOUNTED:
            await self.app(scope, receive, send)
            return
        credential = _credential(Headers(scope=scope))
        address = scope["client"][0] if scope.get("client") else ""
        caller = credential if credential in self.accepted else address
        if not self.counted.hit(self.rate, caller):
            wait = max(1, ceil(self.counted.get_window_stats(self.rate, caller).reset_time - time()))
            told = f"more than {self.rate}; send the next request in {wait} s"
            raise Problem(429, told, headers={"Retry-After": str(wait)})

        scope.setdefault("state", {})
        try:
            await self.app(scope, receive, send)
        finally:
            if credential and "caller" in scope["state"]:
                self._accept(credential)

    def _accept(self, credential: str) -> None:
        self.accepted[credential] = None
        self.accepted.move_to_end(credential)
        if len(self.accepted) > _REMEMBERED:
            self.accepted.popitem(last=False)


def _credential(headers: Headers) -> str:
    """What the caller is known by, as a checksum: nothing here can be used to call."""
    given = next((headers[name] for name in _CREDENTIALS if name in headers), "")
    return sha256(given.encode()).hexdigest() if given else ""
