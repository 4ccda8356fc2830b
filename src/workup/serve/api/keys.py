"""The keys of callers: made, listed, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from workup.serve.api.asking import Operator
from workup.serve.api.schemas import MISSING, Cursor, Given, Limit, Page, Signed, page
from workup.serve.errors import ServeError
from workup.serve.problems import Problem
from workup.serve.security.keys import listed
from workup.serve.security.roles import Role
from workup.serve.store.tables import ApiKey

router = APIRouter(prefix="/keys", tags=["keys"])


class Key(BaseModel):
    """A key, without what it takes to use it; `revoked`: since when it does not hold any more."""

    name: str
    prefix: str
    roles: list[Role]
    created: datetime
    revoked: datetime | None


class KeyPage(Page[Key]):
    """Keys, oldest first."""


class NewKey(Given):
    """For whom a key is made, and what they may do."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "ward 3 workstation", "roles": ["clinician"]}]}
    )

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_ .@/-]{0,79}$")]
    roles: Annotated[list[Role], Field(min_length=1, max_length=len(Role))]


class MadeKey(Signed):
    """The key, shown this once: keep it where secrets are kept."""

    name: str
    roles: list[Role]
    key: str


class RevokedKey(Signed, Key):
    """A key that holds no more."""


@router.get("", summary="List keys")
def keys(asking: Operator, limit: Limit = 50, cursor: Cursor = None) -> KeyPage:
    """Every key that there has been."""
    with asking.service.database.reading() as session:
        found = listed(session)
    items, following = page((((one.id,), _key(one)) for one in found), limit, cursor)
    return KeyPage(**asking.signature, items=list(items), next=following)


@router.post("", summary="Make a key", status_code=201)
def make(new: NewKey, asking: Operator) -> MadeKey:
    """It is not kept, so an Idempotency-Key would not bring it back: revoke it and make another."""
    with asking.service.database.session() as session:
        key = asking.service.keys.create(
            session, new.name, new.roles, by=asking.caller.name, request=asking.request
        )
    return MadeKey(**asking.signature, name=new.name, roles=new.roles, key=key)


@router.delete("/{which}", summary="Revoke a key", responses=MISSING)
def revoke(which: Annotated[str, Path(max_length=80)], asking: Operator) -> RevokedKey:
    """By its name or its prefix. Other processes refuse it some seconds later."""
    try:
        with asking.service.database.session() as session:
            revoked = asking.service.keys.revoke(
                session, which, by=asking.caller.name, request=asking.request
            )
    except ServeError as error:
        raise Problem(404, str(error)) from None
    return RevokedKey(**asking.signature, **dict(_key(revoked)))


def _key(key: ApiKey) -> Key:
    roles = [Role(name) for name in key.roles.split(",")]
    return Key(name=key.name, prefix=key.prefix, roles=roles, created=key.created, revoked=key.revoked)
