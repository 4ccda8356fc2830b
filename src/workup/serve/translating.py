"""Problem details in another form, for whoever asks for it."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workup.serve.problems import MEDIA_TYPE


class Translator(ABC):
    """Stands around the whole service, so that limits and faults of any layer are told in the same form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @abstractmethod
    def is_wanted(self, headers: Headers) -> bool:
        """Whether a request with these headers asks for this form."""

    @abstractmethod
    def translated(self, request: Request, problem: Mapping[str, Any]) -> tuple[str, bytes]:
        """The media type and the body that tell a problem, as `serve.problems.ProblemDetail` has it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch its answer."""
        if scope["type"] != "http" or not self.is_wanted(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []
        body = b""

        async def watched(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_problem(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    kind, content = self.translated(Request(scope), json.loads(body))
                    await _send(held.pop(), kind, content, send)

        await self.app(scope, receive, watched)


async def _send(start: Message, kind: str, content: bytes, send: Send) -> None:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-type"], headers["content-length"] = kind, str(len(content))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": content})


def _is_problem(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] >= 400 and kind.startswith(MEDIA_TYPE)
