"""The headers of every answer: the id of its request, and what a browser may do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Scripts and styles from this service alone, never inline; nothing else is loaded, framed, or sent elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The OWASP secure headers project, as of 2026; answers are about patients, so nobody on the way keeps them.
SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# Only where the service is reached by https: a browser that saw this never asks by http again.
_HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class AnswerHeaders:
    """Gives each request an id, the caller's own where it is plain, and each answer its headers.

    A route may set any of them itself: static files are cached, and a page may allow more.
    """

    def __init__(self, app: ASGIApp, public_url: str, shared: bool) -> None:
        """With where browsers reach the service; `shared`, whether pages of other origins may read it."""
        self.app = app
        self.headers = dict(SECURITY)
        if public_url.startswith("https://"):
            self.headers |= _HSTS
        if shared:
            self.headers["Cross-Origin-Resource-Policy"] = "cross-origin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its id, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request = given if _ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)
