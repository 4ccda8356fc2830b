"""What is asked in ways that no route says itself: with HEAD, and with parameters that there are not."""

from __future__ import annotations

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from workup.errors import nearest
from workup.serve.metrics import route_of
from workup.serve.problems import unfit


class Heads:
    """Answers HEAD as GET (RFC 9110, section 9.3.2); the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        inner = {**scope, "method": "GET"}
        try:
            await self.app(inner, receive, send)
        finally:
            scope["route"] = inner.get("route")  # by which requests are counted


async def no_other_parameters(request: Request) -> None:
    """A dependency that refuses a parameter of the address that /openapi.json does not have.

    Raises:
        Problem: 422, with the nearest one.
    """
    if not request.query_params:
        return
    described = request.app.openapi()["paths"][route_of(request.scope)][request.method.lower()]
    known = [one["name"] for one in described.get("parameters", []) if one["in"] == "query"]
    for name in request.query_params:
        if name not in known:
            raise unfit(f"query.{name[:80]}", f"is no parameter here; {nearest(name, known)}")
