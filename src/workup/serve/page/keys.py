"""An operator's view of the keys: who has one, a new one that is shown once, and letting one hold no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from workup.serve.api.asking import Asking
from workup.serve.page.asking import REFUSED, Operator, told
from workup.serve.page.frame import respond
from workup.serve.page.guard import OwnForm
from workup.serve.security.keys import PREFIX, last_seen, listed
from workup.serve.security.roles import Role, parse
from workup.serve.store.tables import ApiKey

router = APIRouter(prefix="/operation/keys", include_in_schema=False)
# What each role may, in short, in the words of `security.roles`.
MAY = {
    Role.VIEWER: "reads conditions and models",
    Role.CLINICIAN: "has cases assessed, says what was wrong",
    Role.REVIEWER: "decides on what waits for review",
    Role.OPERATOR: "models, switches, keys, the audit",
}


@dataclass(frozen=True)
class KeyView:
    """A key as the page shows it; `seen`: its last line in the audit; `own`: of who looks at the page."""

    name: str
    prefix: str
    roles: list[str]
    created: datetime
    revoked: datetime | None
    seen: datetime | None
    own: bool


@dataclass(frozen=True)
class Made:
    """A new key, on the one page that ever shows it."""

    name: str
    key: str


@router.get("")
def keys(request: Request, asking: Operator) -> Response:
    """Every key that there has been: those that hold, and those that do not any more."""
    return _page(request, asking)


@router.post("", dependencies=[OwnForm])
def make(
    request: Request,
    asking: Operator,
    name: Annotated[str, Form()] = "",
    roles: Annotated[Sequence[str], Form()] = (),
) -> Response:
    """Make a key, and show it this once."""
    name = name.strip()
    try:
        allowed = parse(roles)
        with asking.service.database.session() as session:
            key = asking.service.keys.create(
                session, name, allowed, by=asking.caller.name, request=asking.request
            )
    except REFUSED as error:
        return _page(request, asking, problem=told(error), given=(name, roles))
    return _page(request, asking, made=Made(name, key))


@router.post("/revoke", dependencies=[OwnForm])
def revoke(request: Request, asking: Operator, which: Annotated[str, Form()] = "") -> Response:
    """Let a key hold no more; whoever revokes their own is logged out by that."""
    try:
        with asking.service.database.session() as session:
            revoked = asking.service.keys.revoke(
                session, which, by=asking.caller.name, request=asking.request
            )
    except REFUSED as error:
        return _page(request, asking, problem=told(error))
    return _page(request, asking, done=f"The key of {revoked.name} is revoked")


def _page(
    request: Request,
    asking: Asking,
    *,
    made: Made | None = None,
    done: str = "",
    problem: str = "",
    given: tuple[str, Sequence[str]] = ("", ()),
) -> Response:
    with asking.service.database.reading() as session:
        views = [_view(session, asking, key) for key in listed(session)]
    return respond(
        request,
        "keys",
        422 if problem else 200,
        holding=[one for one in views if one.revoked is None],
        revoked=[one for one in views if one.revoked is not None][::-1],
        may=MAY,
        made=made,
        done=done,
        problem=problem,
        given_name=given[0],
        given_roles=given[1],
    )


def _view(session: Session, asking: Asking, key: ApiKey) -> KeyView:
    return KeyView(
        name=key.name,
        prefix=PREFIX + key.prefix,
        roles=key.roles.split(","),
        created=key.created,
        revoked=key.revoked,
        seen=last_seen(session, key),
        own=key.revoked is None and key.name == asking.caller.name,
    )
