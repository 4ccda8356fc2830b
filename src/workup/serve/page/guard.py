"""Who may see a page, and which forms are its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request
from starlette.exceptions import HTTPException

from workup.serve.problems import Problem
from workup.serve.security import sessions
from workup.serve.security.callers import identify
from workup.serve.security.refusals import noted
from workup.serve.security.roles import Caller, Role, join

LOGIN = "/login"


def visitor(*roles: Role) -> Callable[[Request], Caller]:
    """A dependency that gives the person whose session it is, who has to have any of these roles.

    Only the cookie counts here, never a key in a header. It is also kept in `request.state.caller`.

    Raises, when it is asked:
        HTTPException: there is no session: on to the login, and back to this page afterwards.
        Problem: 403, without the role, or from a page of another origin.
        Unavailable: the database does not answer.
    """

    def allowed(request: Request) -> Caller:
        with noted(request, "a session"):
            caller = identify(request)
            if caller is None:
                raise to_login(request)
            request.state.caller = caller
            if not caller.may(*roles):
                told = f"this page asks for the role {' or '.join(roles)}; you have {join(caller.roles)}"
                raise Problem(403, told)
        return caller

    return allowed


def own_form(request: Request, csrf: Annotated[str, Form()] = "") -> None:
    """A dependency of every form of a session.

    Raises:
        HTTPException: there is no session: on to the login.
        Problem: 403, the form does not belong to the session that sent it.
    """
    token = request.cookies.get(sessions.COOKIE)
    if token is None:
        raise to_login(request)
    if not sessions.is_csrf(token, csrf):
        with noted(request, "a session"):
            raise Problem(
                403, "this form belongs to another session: load the page again, then send it again"
            )


OwnForm = Depends(own_form)


def to_login(request: Request) -> HTTPException:
    """Sends the browser to the login; a part of a page that htmx asked for cannot hold it, so the whole."""
    if "HX-Request" in request.headers:
        return HTTPException(401, headers={"HX-Redirect": LOGIN})
    back = request.url.path if request.method == "GET" else "/"
    return HTTPException(303, headers={"Location": f"{LOGIN}?to={quote(back, safe='/')}"})
