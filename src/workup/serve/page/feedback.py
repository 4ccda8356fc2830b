"""What a clinician says of an answer: on to the learning loop, where two others look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from workup.serve.api.feedback import Feedback as Said
from workup.serve.api.feedback import give
from workup.serve.page.asking import REFUSED, Clinician, conditions, told
from workup.serve.page.frame import respond
from workup.serve.page.guard import OwnForm
from workup.serve.page.history import asked

router = APIRouter(include_in_schema=False)
_TAKEN = {
    "quarantined": "Thank you. It waits as item {item} for two reviewers.",
    "known": "Thank you. The same case with the same diagnosis is known already.",
    "barred": "Thank you. It is a copy of a case that models are tested on, so none will learn from it.",
}


@dataclass(frozen=True)
class Feedback:
    """The form under an answer.

    Attributes:
        event: the number of the answer in the audit; `answer`: its diagnosis, None where there was none.
        problem: why what was said cannot be used; `taken`: what became of it.
    """

    event: int
    answer: str | None
    problem: str = ""
    taken: str = ""


@router.post("/feedback", dependencies=[OwnForm])
def say(
    request: Request,
    asking: Clinician,
    event: Annotated[int, Form()],
    verdict: Annotated[Literal["accepted", "corrected", "rejected"], Form()],
    diagnosis: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Take in that an answer was right, or what is right instead, or why it is wrong."""
    with asking.service.database.reading() as session:
        about = asked(session, asking.caller, event)
    form = Feedback(event, about.answer["diagnosis"])
    try:
        said = Said(event=event, verdict=verdict, diagnosis=diagnosis or None, reason=reason or None)
        became = json.loads(bytes(give(said, asking).body))
        form = replace(form, taken=_TAKEN[became["outcome"]].format(item=became["item"]))
    except REFUSED as error:
        form = replace(form, problem=told(error))
    status = 422 if form.problem else 200
    return respond(request, "feedback_page", status, feedback=form, conditions=conditions())
