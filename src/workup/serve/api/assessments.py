"""Have cases assessed: one, several at once, or many with the progress."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from workup.clinic.assess.assessment import Assessment
from workup.serve import switches
from workup.serve.api.asking import Asking, Clinician
from workup.serve.api.case import EXAMPLE, Case
from workup.serve.api.schemas import CONFLICT, Given, Signed
from workup.serve.desk import Answer
from workup.serve.errors import Unavailable
from workup.serve.idempotency import Key, Sent, once_apart
from workup.serve.problems import Problem, ProblemDetail, unfit

NDJSON = "application/x-ndjson"
router = APIRouter(prefix="/assessments", tags=["assessments"])
Explain = Annotated[bool, Field(description="Also say which words speak for and against; slower.")]


class CaseToAssess(Case):
    """A case, and how it is to be answered."""

    explain: Explain = False


class Cases(Given):
    """Several cases, answered in their order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cases": [{"text": EXAMPLE}]}]})

    cases: Annotated[list[Case], Field(min_length=1)]
    explain: Explain = False


class Assessed(Signed):
    """The answer to a case: a diagnosis, or why there is none.

    `event` is its number in the audit, by which feedback refers to it. `why` says why this version answered.
    `stopped` says why a diagnosis is held back: an operator has turned it off.
    """

    event: int
    received: datetime
    why: str
    stopped: str | None
    diagnosis: str | None
    assessment: Assessment

    @classmethod
    def of(cls, answer: Answer) -> Assessed:
        """What the desk said."""
        first = answer.assessment.diagnosis
        return cls(
            **signature(answer),
            received=answer.received,
            why=answer.why,
            stopped=answer.stopped,
            diagnosis=first.name if first else None,
            assessment=answer.assessment,
        )


class AssessedCases(Signed):
    """Answers in the order of the cases; the version is that of the first."""

    answers: list[Assessed]


class Progress(BaseModel):
    """A line of the stream: how many are done, of how many."""

    type: Literal["progress"] = "progress"
    done: int
    total: int


class AnswerLine(Assessed):
    """A line of the stream: the answer to the case at a place, from 0."""

    type: Literal["answer"] = "answer"
    place: int


class ProblemLine(BaseModel):
    """The last line of a stream that cannot go on."""

    type: Literal["problem"] = "problem"
    problem: ProblemDetail


def signature(answer: Answer) -> dict[str, Any]:
    """What every answer of a model carries, and its number in the audit."""
    return {
        "request": answer.request,
        "version": answer.version,
        "checksum": answer.checksum,
        "notice": answer.assessment.notice,
        "event": answer.event,
    }


@router.post("", summary="Assess a case", response_model=Assessed, responses=CONFLICT)
async def assess(case: CaseToAssess, asking: Clinician, key: Key = None) -> Response:
    """A ranked differential with calibrated probabilities, red flags, and what would separate the first two.

    The text loses its identifiers before anything reads or keeps it.
    """

    async def work() -> Assessed:
        return Assessed.of(await asking.answer(case, explain=case.explain))

    return await _once("/v1/assessments", case, asking, key, work)


@router.post("/batch", summary="Assess several cases", response_model=AssessedCases, responses=CONFLICT)
async def assess_batch(cases: Cases, asking: Clinician, key: Key = None) -> Response:
    """All answers at once, in the order of the cases. If one case cannot be used, none is answered."""

    async def work() -> AssessedCases:
        answers = [Assessed.of(answer) async for answer in _answers(cases, asking)]
        signed = {name: getattr(answers[0], name) for name in Signed.model_fields}
        return AssessedCases(**signed, answers=answers)

    return await _once("/v1/assessments/batch", cases, asking, key, work)


async def _once(
    route: str, given: Given, asking: Asking, key: str | None, work: Callable[[], Awaitable[BaseModel]]
) -> Response:
    """Answered again the same, but not what an operator has turned off since."""
    database = asking.service.database

    def turned() -> int:
        with database.reading() as session:
            return switches.turned(session)

    since = 0 if key is None else await to_thread.run_sync(turned)
    sent = Sent(key, asking.caller.name, f"{route} since switch {since}", given)
    return await once_apart(database, sent, work, repeatable=True)


@router.post(
    "/stream",
    summary="Assess many cases, each answered as soon as it is done",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Lines of JSON: progress, then each answer in order followed by progress; or a "
            "problem, which ends them.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        }
    },
)
async def assess_stream(cases: Cases, asking: Clinician) -> StreamingResponse:
    """The same as a stream of lines: whoever shows progress need not wait for the last answer."""
    answers = _answers(cases, asking)
    return StreamingResponse(_lines(answers, len(cases.cases), asking.request), media_type=NDJSON)


async def _lines(answers: AsyncIterator[Answer], total: int, request: str) -> AsyncIterator[str]:
    yield _line(Progress(done=0, total=total))
    done = 0
    try:
        async for answer in answers:
            yield _line(AnswerLine(**dict(Assessed.of(answer)), place=done))
            done += 1
            yield _line(Progress(done=done, total=total))
    except Problem as problem:
        yield _line(ProblemLine(problem=problem.body(request)))


def _line(model: BaseModel) -> str:
    return model.model_dump_json() + "\n"


def _answers(cases: Cases, asking: Asking) -> AsyncIterator[Answer]:
    """Answers to cases that are all looked at before the first one is asked.

    Raises:
        Problem: 422, they are too many, or one is too long.
        RegistryError: no version serves one, nor in general.
    """
    settings = asking.service.settings
    if len(cases.cases) > settings.max_cases:
        told = f"are {len(cases.cases)}, and at most {settings.max_cases} are taken at a time"
        raise unfit("cases", told)
    many = [
        (case.given(settings.max_text, f"cases.{place}"), case.specialty)
        for place, case in enumerate(cases.cases)
    ]
    for specialty in {case.specialty for case in cases.cases}:
        with suppress(Unavailable):  # its cases get their red flags all the same
            asking.service.models.of(specialty)
    return asking.service.desk.stream(
        many, caller=asking.caller, request=asking.request, explain=cases.explain
    )
