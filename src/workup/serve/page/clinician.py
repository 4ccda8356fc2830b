"""A clinician's page: a case, what was understood of it, and what the model says or does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request, Response

from workup.clinic.assess.assessment import Flag
from workup.clinic.assess.saying import flags
from workup.clinic.deidentify import deidentify
from workup.clinic.safety import read
from workup.learning.labels import labels
from workup.serve.api.asking import Asking
from workup.serve.page.asking import REFUSED, Clinician, conditions, told
from workup.serve.page.editing import edited
from workup.serve.page.examples import EXAMPLES
from workup.serve.page.feedback import Feedback
from workup.serve.page.findings import Chip, chips
from workup.serve.page.frame import respond
from workup.serve.page.guard import OwnForm
from workup.serve.page.history import Asked, asked, latest
from workup.serve.problems import Problem

if TYPE_CHECKING:
    from workup.serve.desk import Answer

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class CaseView:
    """What the page shows of a case.

    Attributes:
        text: without identifiers; what was asked.
        flags: what the rules say, whether or not a model answered.
        answer: the model's, where it was asked and answered.
        refused: why it could not be asked; "" otherwise.
        recorded: an answer given before, where the case was taken from the history.
    """

    text: str
    chips: tuple[Chip, ...] = ()
    flags: tuple[Flag, ...] = ()
    answer: Answer | None = None
    refused: str = ""
    recorded: Asked | None = None


@router.get("/cases")
def form(
    request: Request, asking: Clinician, event: int | None = None, example: int | None = None
) -> Response:
    """An empty form, or one with a case of the history or an example in it."""
    case = CaseView("")
    if event is not None:
        with asking.service.database.reading() as session:
            recorded = asked(session, asking.caller, event)
        case = replace(view(recorded.given), recorded=recorded)
    elif example is not None and 0 <= example < len(EXAMPLES):
        case = view(EXAMPLES[example].text)
    return _page(request, asking, case)


@router.post("/cases", dependencies=[OwnForm])
async def assess(
    request: Request,
    asking: Clinician,
    text: Annotated[str, Form()] = "",
    specialty: Annotated[str, Form()] = "",
    change: Annotated[str, Form()] = "",
) -> Response:
    """Ask the model, after a change to the text where a chip or a question was clicked.

    Whatever happens to the model, the red flags are shown.
    """
    answer, problem, refused = None, "", ""
    try:
        if change and len(text) <= asking.service.settings.max_text:
            text = await to_thread.run_sync(edited, text, change)
        answer = await asking.service.desk.assess(
            text, caller=asking.caller, request=asking.request, specialty=specialty or None, explain=True
        )
    except REFUSED as error:
        try:
            problem = told(error)
        except Problem as own:
            refused = own.detail

    def shown() -> Response:
        if answer:
            case = replace(view(answer.assessment.text), answer=answer)
        elif len(text) <= asking.service.settings.max_text:
            case = replace(view(deidentify(text).text), refused=refused)
        else:
            case = CaseView(text)
        return _page(request, asking, case, problem, specialty)

    return await to_thread.run_sync(shown)


def view(text: str) -> CaseView:
    """A case without identifiers as the page shows it, before any model is asked."""
    reading = read(text)
    return CaseView(text, chips(reading), flags(reading))


def _page(
    request: Request, asking: Asking, case: CaseView, problem: str = "", specialty: str = ""
) -> Response:
    with asking.service.database.reading() as session:
        history = latest(session, asking.caller)
    first = case.answer.assessment.diagnosis if case.answer and not case.answer.stopped else None
    return respond(
        request,
        "cases",
        422 if problem else 503 if case.refused else 200,
        title=first.name if first else "Cases",
        case=case,
        history=history,
        problem=problem,
        specialty=specialty,
        specialties=sorted({one.specialty for one in labels()}),
        longest=asking.service.settings.max_text,
        examples=[(one.name, number) for number, one in enumerate(EXAMPLES)],
        feedback=Feedback(case.answer.event, first.name if first else None) if case.answer else None,
        conditions=conditions(),
    )
