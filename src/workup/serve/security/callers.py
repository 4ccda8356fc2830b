"""Who is asking, as a dependency of every route: `Depends(require(Role.CLINICIAN))`.

An API key (`X-API-Key`, or as bearer token), a bearer token of the OIDC issuer, or a session of the page.
What is given in a header counts before the cookie.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from workup.serve.problems import Problem
from workup.serve.security import sessions
from workup.serve.security.bearer import refusal
from workup.serve.security.keys import PREFIX, shown
from workup.serve.security.refusals import noted
from workup.serve.security.roles import Caller, Role, join

_KEY = APIKeyHeader(name="X-API-Key", scheme_name="API key", auto_error=False)
_BEARER = HTTPBearer(
    scheme_name="Bearer token", description="An API key or an OIDC access token.", auto_error=False
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NOBODY = "say who you are: an API key in X-API-Key, or a bearer token. Keys are made by `workup keys create`"
_NO_KEY = "this is no API key that holds: it was mistyped or revoked. Keys are made by `workup keys create`"


def require(*roles: Role) -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives the caller, who has to have any of these roles.

    It is also kept in `request.state.caller`, whatever their roles. Who is not remembered is looked for in a
    thread, for that may ask the database.

    Raises, when it is asked:
        Problem: 401, nobody we know; 403, without the role, or from a page of another origin.
        Unavailable: the database, or the issuer of tokens, does not answer.
    """
    if not roles:
        raise ValueError("a route without any role would be open to all: name the roles that may")

    async def allowed(
        request: Request,
        key: Annotated[str | None, Security(_KEY)] = None,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None,
    ) -> Caller:
        token = bearer.credentials if bearer else None
        with noted(request, claimed(request, key, token)):
            caller = _remembered(request, key, token)
            if caller is None:
                caller = await to_thread.run_sync(identify, request, key, token)
            if caller is None:
                raise refusal(_NOBODY if key is None and bearer is None else _NO_KEY)
            request.state.caller = caller
            if not caller.may(*roles):
                raise Problem(403, f"this asks for the role {' or '.join(roles)}; {_held(request, caller)}")
        return caller

    return allowed


def _held(request: Request, caller: Caller) -> str:
    """Which roles somebody has; of a token without any, where its issuer has to put them."""
    if caller.roles or caller.via != "oidc":
        return f"you have {join(caller.roles)}"
    claim = request.app.state.service.settings.oidc_roles
    return f"the token has none in its claim {claim!r} (WORKUP_OIDC_ROLES)"


def claimed(request: Request, key: str | None = None, bearer: str | None = None) -> str:
    """What somebody gave to show who they are, for the log: of a key its prefix, of all else the kind."""
    given = bearer if key is None else key
    if given is None:
        return "a session" if sessions.COOKIE in request.cookies else "nobody"
    return shown(given) if key is not None or given.startswith(PREFIX) else "a token"


def identify(request: Request, key: str | None = None, bearer: str | None = None) -> Caller | None:
    """Who is asking, by whatever they gave; None: nobody we know.

    Raises:
        Problem: 401, a bearer token does not hold, and why; 403, a session's cookie was sent along by a page
            of another origin.
        Unavailable: the database, or the issuer of tokens, does not answer.
    """
    service: Any = request.app.state.service
    key = _key(key, bearer)
    if key is not None:
        with service.database.reading() as session:
            caller: Caller | None = service.keys.check(session, key)
        return caller
    if bearer is not None:
        found: Caller | None = service.bearer.check(bearer)
        return found
    token = request.cookies.get(sessions.COOKIE)
    if token is None:
        return None
    _require_own_page(request)
    with service.database.reading() as session:
        return sessions.check(session, token)


def _key(key: str | None, bearer: str | None) -> str | None:
    """The API key that was given, in either header."""
    return bearer if key is None and bearer is not None and bearer.startswith(PREFIX) else key


def _remembered(request: Request, key: str | None, bearer: str | None) -> Caller | None:
    """Whose API key it is, where that was found out lately."""
    service: Any = request.app.state.service
    given = _key(key, bearer)
    caller: Caller | None = None if given is None else service.keys.remembered(given)
    return caller


def _require_own_page(request: Request) -> None:
    """Refuse a change that a page of another origin makes a browser send with our cookie.

    By the browser's own word, as OWASP's Cross-Site Request Forgery Prevention Cheat Sheet has it:
    Sec-Fetch-Site, and from a browser that does not send it, Origin.
    """
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        own = site == "same-origin"
    else:
        own = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not own:
        raise Problem(403, "a session of the page may change things only from the page itself")
