"""Problem details as a page, for a person before a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request

from workup.serve.page.frame import respond
from workup.serve.translating import Translator

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


class ProblemPages(Translator):
    """Gives every problem detail as a page to whoever asks for a page."""

    def is_wanted(self, headers: Headers) -> bool:
        """Whether a browser asks, or htmx in it."""
        return "text/html" in headers.get("accept", "") or "hx-request" in headers

    def translated(self, request: Request, problem: Mapping[str, Any]) -> tuple[str, bytes]:
        """As a page of its own."""
        faults = [f"{one['field']} {one['detail']}" for one in problem["errors"]]
        title = _TITLES.get(problem["status"], problem["title"])
        told = "; ".join(faults) or problem["detail"]
        page = respond(request, "problem", title=title, told=told, number=problem["request"])
        return page.headers["content-type"], bytes(page.body)
