"""Stop the answers of one specialty, or all of them, and let them be given again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from workup.serve import switches
from workup.serve.api.asking import Operator
from workup.serve.api.case import Text
from workup.serve.api.schemas import MISSING, Cursor, Given, Limit, Page, Signed, page
from workup.serve.errors import ServeError
from workup.serve.problems import Problem
from workup.serve.store.tables import Switch

router = APIRouter(prefix="/switches", tags=["switches"])


class Switched(BaseModel):
    """The newest switch of a scope, all or a specialty; a scope without one is on."""

    scope: str
    off: bool
    by: str
    why: str
    at: datetime


class SwitchedPage(Page[Switched]):
    """Switches by scope."""


class Set(Given):
    """Turn answers off or on, and say why: it is shown in place of each answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"off": True, "why": "wrong answers to rashes, see ticket 118"}]}
    )

    off: StrictBool
    why: Annotated[Text, Field(max_length=500)]


class SetSwitch(Signed, Switched):
    """The switch as it is now."""


@router.get("", summary="List switches")
def listed(asking: Operator, limit: Limit = 50, cursor: Cursor = None) -> SwitchedPage:
    """Every scope that ever was switched."""
    with asking.service.database.reading() as session:
        found = switches.newest(session)
    items, following = page((((one.scope,), _switched(one)) for one in found), limit, cursor)
    return SwitchedPage(**asking.signature, items=list(items), next=following)


@router.put("/{scope}", summary="Turn a switch", responses=MISSING)
def turned(
    scope: Annotated[str, Path(max_length=80, description="all, or a specialty.", examples=["all"])],
    given: Set,
    asking: Operator,
) -> SetSwitch:
    """It holds for the next answer. Red flags are given whatever is off."""
    try:
        known = switches.checked(scope)
    except ServeError as error:
        raise Problem(404, str(error)) from None
    with asking.service.database.session() as session:
        switch = switches.set(session, known, given.off, asking.caller.name, given.why, asking.request)
    return SetSwitch(**asking.signature, **dict(_switched(switch)))


def _switched(switch: Switch) -> Switched:
    return Switched(scope=switch.scope, off=switch.off, by=switch.by, why=switch.why, at=switch.at)
