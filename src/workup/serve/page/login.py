"""Logging in with an API key, and out again."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from workup.serve.page.frame import respond
from workup.serve.page.guard import LOGIN, OwnForm
from workup.serve.problems import Problem
from workup.serve.security import sessions
from workup.serve.security.keys import shown
from workup.serve.security.refusals import note, noted
from workup.serve.service import Service, service_of

router = APIRouter(include_in_schema=False)
# Before there is a session, this cookie binds the form to the browser that loaded it, so that nobody can make
# a browser log in as somebody else (login CSRF).
_BEFORE = "workup_login"
_HOURS = round(sessions.LIFETIME.total_seconds() / 3600)


@router.get(LOGIN)
def form(request: Request, to: str = "/") -> Response:
    """The form."""
    return _form(request, to)


@router.post(LOGIN)
def log_in(
    request: Request,
    key: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session for whoever gives a key that holds."""
    before = request.cookies.get(_BEFORE)
    if before is None or not sessions.is_csrf(before, csrf):
        with noted(request, "a login"):
            raise Problem(
                403, "this form was not loaded in this browser, or its cookies are off: load it again"
            )
    token = _begun(service_of(request), key.strip())
    if token is None:
        told = "This is no key that holds. Look for a space or a letter that was lost."
        note(request, shown(key.strip()), "at the login, it does not hold")
        return _form(request, to, told)
    answer = RedirectResponse(_within(to), 303)
    _set(request, answer, sessions.COOKIE, token, round(sessions.LIFETIME.total_seconds()))
    answer.delete_cookie(_BEFORE, path=LOGIN)
    return answer


@router.post("/logout", dependencies=[OwnForm])
def log_out(request: Request) -> Response:
    """End the session, here and in the database."""
    with service_of(request).database.session() as session:
        sessions.end(session, request.cookies.get(sessions.COOKIE, ""))
    answer = RedirectResponse(LOGIN, 303)
    answer.delete_cookie(sessions.COOKIE)
    return answer


def _begun(service: Service, key: str) -> str | None:
    """The token of a new session; None: the key does not hold, or not any more."""
    with service.database.reading() as session:
        caller = service.keys.check(session, key)
    if caller is None:
        return None
    with service.database.session() as session:
        return sessions.begin(session, caller.name)


def _form(request: Request, to: str, problem: str = "") -> Response:
    before = request.cookies.get(_BEFORE) or secrets.token_urlsafe(32)
    page = respond(
        request,
        "login",
        401 if problem else 200,
        csrf=sessions.csrf(before),
        to=_within(to),
        hours=_HOURS,
        problem=problem,
    )
    _set(request, page, _BEFORE, before, None, LOGIN)
    return page


def _set(
    request: Request, answer: Response, name: str, value: str, seconds: int | None, path: str = "/"
) -> None:
    secure = service_of(request).settings.public_url.startswith("https://")
    answer.set_cookie(name, value, seconds, path=path, secure=secure, httponly=True, samesite="strict")


def _within(to: str) -> str:
    """An address of this service; any other becomes the start. No browser takes it for another host's."""
    return to if to.startswith("/") and to[1:2] not in ("/", "\\") else "/"
