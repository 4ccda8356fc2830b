"""The audit: what was done, by whom, and whether the record of it is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from sqlalchemy import select

from workup.serve.api.asking import Asking, Operator
from workup.serve.api.schemas import (
    LARGEST,
    MISSING,
    Cursor,
    Limit,
    Page,
    Signed,
    bad_cursor,
    cursor_of,
    opened,
)
from workup.serve.audit.chain import verify
from workup.serve.audit.record import TEXTS
from workup.serve.problems import Problem
from workup.serve.security.roles import Role
from workup.serve.store.tables import Event

router = APIRouter(prefix="/audit", tags=["audit"])


class Recorded(BaseModel):
    """An event: the id of the request that caused it, and the model that answered, where there was one.

    The text of a case (`given`, `raw`) is in `details` only for who is a clinician too.
    """

    event: int
    at: datetime
    action: str
    caller: str
    by_request: str
    model: str
    model_checksum: str
    details: dict[str, Any]
    hash: str


class RecordedPage(Page[Recorded]):
    """Events, the newest first."""


class RecordedEvent(Signed, Recorded):
    """One event."""


class Verified(Signed):
    """What came of following the chain: how many events follow from each other, and the hash of the last.

    Note `head` elsewhere: given as `known` later, it proves that nothing up to it was changed. `broken` says
    where the chain does not hold; null: it does.
    """

    whole: bool
    events: int
    head: str
    broken: str | None


@router.get("", summary="List events")
def events(
    asking: Operator,
    action: Annotated[str | None, Query(max_length=80, examples=["assess"])] = None,
    caller: Annotated[str | None, Query(max_length=255)] = None,
    request: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RecordedPage:
    """Of an action, a caller or a request; all of them where none is named."""
    query = select(Event).order_by(Event.id.desc()).limit(limit + 1)
    for column, wanted in ((Event.action, action), (Event.caller, caller), (Event.request, request)):
        if wanted is not None:
            query = query.where(column == wanted)
    before = opened(cursor)
    if before is not None:
        if len(before) != 1 or type(before[0]) is not int or not 0 <= before[0] <= LARGEST:
            raise bad_cursor()
        query = query.where(Event.id < before[0])
    with asking.service.database.reading() as session:
        found = session.scalars(query).all()
    following = cursor_of((found[limit - 1].id,)) if len(found) > limit else None
    return RecordedPage(
        **asking.signature, items=[_recorded(one, asking) for one in found[:limit]], next=following
    )


@router.get("/verification", summary="Verify the chain")
def verification(
    asking: Operator,
    known: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$", description="A head noted before.")] = None,
) -> Verified:
    """Reads every event, so it takes a while where there are many."""
    with asking.service.database.reading() as session:
        found = verify(session, known)
    return Verified(**asking.signature, whole=found.broken is None, **vars(found))


@router.get("/{event}", summary="Show an event", responses=MISSING)
def event(asking: Operator, event: Annotated[int, Path(ge=1, le=LARGEST)]) -> RecordedEvent:
    """With what was written down; `workup audit replay` asks the model the same again."""
    with asking.service.database.reading() as session:
        found = session.get(Event, event)
    if found is None:
        raise Problem(404, f"there is no event {event}")
    return RecordedEvent(**asking.signature, **dict(_recorded(found, asking)))


def _recorded(event: Event, asking: Asking) -> Recorded:
    hidden = frozenset() if asking.caller.may(Role.CLINICIAN) else TEXTS
    return Recorded(
        event=event.id,
        at=datetime.fromisoformat(event.at),
        action=event.action,
        caller=event.caller,
        by_request=event.request,
        model=event.version,
        model_checksum=event.checksum,
        details={name: told for name, told in event.told.items() if name not in hidden},
        hash=event.hash,
    )
