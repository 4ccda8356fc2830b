"""The cases that wait for review, and the decisions on them. The reviewer is the caller."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from workup.errors import DataError
from workup.learning import review
from workup.learning.release import standing_among
from workup.learning.standing import Standing, State, same, standing
from workup.learning.tables import Decision, Item, Kind, Suspicion, Verdict
from workup.serve.api.asking import Asking, Reviewer
from workup.serve.api.case import Diagnosis, Text
from workup.serve.api.schemas import CONFLICT, LARGEST, MISSING, Cursor, Given, Limit, Page, Signed, page
from workup.serve.audit.chain import Entry, append
from workup.serve.idempotency import Key, Sent, once
from workup.serve.problems import Problem

router = APIRouter(prefix="/reviews", tags=["reviews"])
ItemNumber = Annotated[int, Path(ge=1, le=LARGEST)]


class Flagged(BaseModel):
    """A reason to look twice."""

    kind: Suspicion
    detail: str


class Decided(BaseModel):
    """A decision; `diagnosis` is null where the item was rejected."""

    reviewer: str
    verdict: Verdict
    diagnosis: str | None
    why: str
    at: datetime


class Waiting(BaseModel):
    """An item of the queue."""

    item: int
    state: State
    kind: Kind
    diagnosis: str | None
    sender: str
    received: datetime
    suspicions: list[Suspicion]


class WaitingPage(Page[Waiting]):
    """What waits for the caller: first what one more decision may settle, suspected items before others."""


class Reviewed(Signed, Waiting):
    """An item with everything that is known of it.

    Others' decisions are not shown to who has not decided yet, unless they disagree: two who agree without
    having seen each other are worth more. `may_decide`: a decision of the caller is wanted.
    """

    text: str
    answer: str | None
    confidence: float | None
    model: str | None
    reason: str | None
    flags: list[Flagged]
    decisions: list[Decided]
    why: str
    may_decide: bool


class Verdicts(Given):
    """Accept an item as what its sender says or, with `diagnosis`, as that; or reject it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "accept", "why": "crystals in the aspirate"}]}
    )

    verdict: Literal["accept", "reject"]
    why: Annotated[Text, Field(max_length=2000)]
    diagnosis: Diagnosis | None = None


@router.get("", summary="List what waits for review")
def waiting(asking: Reviewer, limit: Limit = 50, cursor: Cursor = None) -> WaitingPage:
    """Items that the caller may decide: not their own, and not those they have decided."""
    with asking.service.database.reading() as session:
        found = [(item, standing(item)) for item in review.queue(session, asking.caller.name)]
    keyed = (
        ((stands.state == "waiting", not item.flags, item.id), _waiting(item, stands))
        for item, stands in found
    )
    items, following = page(keyed, limit, cursor)
    return WaitingPage(**asking.signature, items=list(items), next=following)


@router.get("/{item}", summary="Show an item", responses=MISSING)
def shown(item: ItemNumber, asking: Reviewer) -> Reviewed:
    """Whatever its state."""
    with asking.service.database.reading() as session:
        return _reviewed(session, _item(session, item), asking)


@router.post(
    "/{item}/decisions",
    summary="Decide on an item",
    status_code=201,
    response_model=Reviewed,
    responses=MISSING | CONFLICT,
)
def decide(item: ItemNumber, verdict: Verdicts, asking: Reviewer, key: Key = None) -> Response:
    """It is kept for good. To change it, decide again: the earlier decision stays and no longer counts."""

    def work(session: Session) -> Reviewed:
        found = _item(session, item)
        made = review.decide(
            session, found, asking.caller.name, verdict.verdict, verdict.why, verdict.diagnosis
        )
        details = {"item": item, "verdict": made.verdict, "diagnosis": made.diagnosis}
        append(session, Entry("review", asking.caller.name, asking.request, details=details))
        return _reviewed(session, found, asking)

    sent = Sent(key, asking.caller.name, f"/v1/reviews/{item}/decisions", verdict)
    return once(asking.service.database, sent, work)


def _item(session: Session, number: int) -> Item:
    try:
        return review.item_of(session, number)
    except DataError as error:
        raise Problem(404, str(error)) from None


def _waiting(item: Item, stands: Standing) -> Waiting:
    return Waiting(
        item=item.id,
        state=stands.state,
        kind=item.kind,
        diagnosis=item.diagnosis,
        sender=item.sender,
        received=item.received,
        suspicions=list(dict.fromkeys(flag.kind for flag in item.flags)),
    )


def _reviewed(session: Session, item: Item, asking: Asking) -> Reviewed:
    stands, reviewer = standing_among(session, item), asking.caller.name
    return Reviewed(
        **asking.signature,
        **dict(_waiting(item, stands)),
        text=item.text,
        answer=item.answer,
        confidence=item.confidence,
        model=item.model,
        reason=item.reason,
        flags=[Flagged(kind=flag.kind, detail=flag.detail) for flag in item.flags],
        decisions=[_decided(one) for one in _visible(item, stands, reviewer)],
        why=stands.why,
        may_decide=review.may_decide(item, reviewer),
    )


def _visible(item: Item, stands: Standing, reviewer: str) -> list[Decision]:
    mine = any(same(decision.reviewer) == same(reviewer) for decision in item.decisions)
    return [] if stands.state == "reviewed once" and not mine else item.decisions


def _decided(decision: Decision) -> Decided:
    return Decided(
        reviewer=decision.reviewer,
        verdict=decision.verdict,
        diagnosis=decision.diagnosis,
        why=decision.why,
        at=decision.at,
    )
