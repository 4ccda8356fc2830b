"""The routes of the page: the start, static files, and those of every kind of visitor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from workup.serve.page import clinician, feedback, insight, keys, login, operator, reviewer
from workup.serve.page.frame import PAGES, respond
from workup.serve.page.guard import visitor
from workup.serve.page.rendering import static
from workup.serve.security.roles import Caller, Role

_FILES = {
    "style.css": "text/css",
    "page.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "htmx.LICENSE.txt": "text/plain",
    "icon.svg": "image/svg+xml",
}
# The address of a file changes with its content (`rendering.address`), so it may be kept for a year.
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}

router = APIRouter(include_in_schema=False)
for one in (login, clinician, feedback, reviewer, operator, keys, insight):
    router.include_router(one.router)


@router.get("/")
def start(request: Request, caller: Annotated[Caller, Depends(visitor(*Role))]) -> Response:
    """On to the first page that the visitor may open."""
    for path, (_, role) in PAGES.items():
        if caller.may(role):
            return RedirectResponse(path, 303)
    return respond(request, "nothing")


@router.get("/static/{name}")
def file(name: str) -> Response:
    """A file that pages load."""
    if name not in _FILES:
        raise HTTPException(404)
    return Response(static(name), media_type=_FILES[name], headers=_KEPT)
