"""What is on every page: the statement of intended use, who is logged in, and where they may go."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from workup.pipeline.versions import installed
from workup.serve.page.rendering import render
from workup.serve.security import sessions
from workup.serve.security.roles import Caller, Role
from workup.serve.service import service_of

# The pages, in the order of the menu, with who may open them.
PAGES = {
    "/cases": ("Cases", Role.CLINICIAN),
    "/review": ("Review", Role.REVIEWER),
    "/operation": ("Operation", Role.OPERATOR),
}


def respond(request: Request, template: str, status: int = 200, **given: Any) -> HTMLResponse:
    """The page of this template, for whoever asked."""
    who: Caller | None = getattr(request.state, "caller", None)
    here = f"/{request.url.path.split('/')[1]}"
    always = {
        "who": who if who and who.via == "page" else None,
        "pages": [(title, path) for path, (title, role) in PAGES.items() if who and who.may(role)],
        "here": "/cases" if here == "/feedback" else here,
        "csrf": sessions.csrf(request.cookies.get(sessions.COOKIE, "")),
        "notice": service_of(request).signature()["notice"],
        "workup": installed(("workup",))["workup"],
    }
    return HTMLResponse(render(template, **{**always, **given}), status)
