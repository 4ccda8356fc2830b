"""A reviewer's page: what waits in the learning loop, one item in full, and a decision on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from workup.clinic.safety import read
from workup.learning.labels import label
from workup.learning.retrieval import retrieval
from workup.learning.standing import same
from workup.serve.api.asking import Asking
from workup.serve.api.reviews import Reviewed, Verdicts, decide, shown, waiting
from workup.serve.api.schemas import LARGEST
from workup.serve.page.asking import REFUSED, Reviewer, conditions, told
from workup.serve.page.findings import chips
from workup.serve.page.frame import respond
from workup.serve.page.guard import OwnForm

router = APIRouter(prefix="/review", include_in_schema=False)
ItemNumber = Annotated[int, Path(ge=1, le=LARGEST)]
_AT_ONCE, _NAMED = 50, 5


@router.get("")
def queue(request: Request, asking: Reviewer, after: str | None = None) -> Response:
    """What this reviewer may decide: first what one more decision may settle."""
    return respond(request, "reviews", waiting=waiting(asking, _AT_ONCE, after))


@router.get("/{item}")
def one(request: Request, asking: Reviewer, item: ItemNumber) -> Response:
    """An item in full."""
    return _page(request, asking, item)


@router.post("/{item}", dependencies=[OwnForm])
def say(
    request: Request,
    asking: Reviewer,
    item: ItemNumber,
    verdict: Annotated[Literal["accept", "another", "reject"], Form()],
    diagnosis: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Decide; then back to the item, which from now on shows what others said."""
    given = {"verdict": verdict, "diagnosis": diagnosis, "why": why}
    if verdict == "another" and not diagnosis.strip():
        return _page(request, asking, item, given, "say which diagnosis it is instead")
    try:
        said = Verdicts(
            verdict="reject" if verdict == "reject" else "accept",
            why=why,
            diagnosis=diagnosis if verdict == "another" else None,
        )
        decide(item, said, asking)
    except REFUSED as error:
        return _page(request, asking, item, given, told(error))
    return RedirectResponse(f"/review/{item}", 303)


def _page(
    request: Request,
    asking: Asking,
    number: int,
    given: Mapping[str, str] | None = None,
    problem: str = "",
) -> Response:
    item = shown(number, asking)
    ranked = retrieval().ranked(item.text)
    return respond(
        request,
        "review",
        422 if problem else 200,
        item=item,
        chips=chips(read(item.text)),
        sent_as=label(item.diagnosis) if item.diagnosis else None,
        ranked=ranked[:_NAMED],
        place=ranked.index(item.diagnosis) + 1 if item.diagnosis else None,
        known=len(ranked),
        decided=_decided(item, asking.caller.name),
        own=same(item.sender) == same(asking.caller.name),
        conditions=conditions(),
        given=given or {"verdict": "", "diagnosis": "", "why": ""},
        problem=problem,
    )


def _decided(item: Reviewed, reviewer: str) -> bool:
    """Whether the reviewer has decided. Until then the page shows nothing of what others did, not even that
    they disagree: two who agree without having seen each other are worth more than one who nods."""
    return any(same(decision.reviewer) == same(reviewer) for decision in item.decisions)
