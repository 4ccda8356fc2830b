"""Problem details as a page, for a person before a browser."""

from __future__ import annotations

import json

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workup.serve.page.frame import respond
from workup.serve.problems import MEDIA_TYPE

# What people call it.
_TITLES = {
    403: "This is not for you",
    404: "There is nothing here",
    405: "Not in this way",
    413: "That is too much",
    422: "This cannot be used as it is",
    429: "Too many requests",
    500: "The service failed",
    503: "Not now",
    504: "It took too long",
}


class ProblemPages:
    """Gives every problem detail as a page to whoever asks for a page.

    It stands around the whole service, so that limits and faults of any layer look the same.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch its answer."""
        if scope["type"] != "http" or not _is_browser(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []
        body = b""

        async def translated(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_problem(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _send_page(Request(scope), held.pop(), body, send)

        await self.app(scope, receive, translated)


async def _send_page(request: Request, start: Message, body: bytes, send: Send) -> None:
    problem = json.loads(body)
    faults = [f"{one['field']} {one['detail']}" for one in problem["errors"]]
    title = _TITLES.get(problem["status"], problem["title"])
    told = "; ".join(faults) or problem["detail"]
    page = respond(request, "problem", title=title, told=told, number=problem["request"])
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-type"], headers["content-length"] = page.headers["content-type"], str(len(page.body))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": page.body})


def _is_browser(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "") or "hx-request" in headers


def _is_problem(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] >= 400 and kind.startswith(MEDIA_TYPE)
