"""Say what was right or wrong with an answer, so that a model may learn from it once two people agree."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from workup.serve.api.asking import Clinician
from workup.serve.api.case import Diagnosis, Text
from workup.serve.api.schemas import CONFLICT, MISSING, Given, Number, Signed
from workup.serve.audit.record import answer_to
from workup.serve.feedback import Outcome, take_in
from workup.serve.idempotency import Key, Sent, once
from workup.serve.problems import unfit
from workup.serve.store.tables import Event

router = APIRouter(prefix="/feedback", tags=["feedback"])


class Feedback(Given):
    """What became of the answer with this number in the audit; it has to be one that the caller got.

    `accepted`: it was right. `corrected`: it was `diagnosis` instead, or the answer was none. `rejected`: it
    was wrong, and nothing better is known; say why in `reason`.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"event": 12, "verdict": "corrected", "diagnosis": "Gout"}]}
    )

    event: Number
    verdict: Literal["accepted", "corrected", "rejected"]
    diagnosis: Annotated[Diagnosis | None, Field(description="By any name that /v1/conditions has.")] = None
    reason: Annotated[Text | None, Field(max_length=2000)] = None

    @model_validator(mode="after")
    def _fits_its_verdict(self) -> Feedback:
        if self.verdict == "corrected" and self.diagnosis is None:
            raise ValueError("'diagnosis' is missing: what is the right one?")
        if self.verdict != "corrected" and self.diagnosis is not None:
            raise ValueError(
                f"an answer that is {self.verdict} has no 'diagnosis': say 'corrected', or drop it"
            )
        if self.verdict == "rejected" and self.reason is None:
            raise ValueError("'reason' is missing: why is the answer rejected?")
        return self


class FeedbackTaken(Signed):
    """What became of it: `item` waits for review; `suspicions` are reasons to look at it twice.

    `known`: the case is there already, with the same diagnosis. `barred`: it must never be trained on.
    """

    outcome: Outcome
    item: int | None
    suspicions: tuple[str, ...]


@router.post(
    "",
    summary="Give feedback on an answer",
    status_code=201,
    response_model=FeedbackTaken,
    responses=MISSING | CONFLICT,
)
def give(feedback: Feedback, asking: Clinician, key: Key = None) -> Response:
    """The case goes into quarantine. Once this is answered it is stored, whatever happens then."""

    def work(session: Session) -> FeedbackTaken:
        event = answer_to(session, asking.caller, feedback.event)
        received = take_in(
            session,
            _row(feedback, event),
            event=event,
            sender=asking.caller.name,
            request=asking.request,
        )
        return FeedbackTaken(**asking.signature, **vars(received))

    sent = Sent(key, asking.caller.name, "/v1/feedback", feedback)
    return once(asking.service.database, sent, work)


def _row(feedback: Feedback, event: Event) -> dict[str, Any]:
    """What the learning loop is told; a case that got no diagnosis and now has one is a new case."""
    given, answer = event.told["given"], event.told["answer"]
    text = given if isinstance(given, str) else " ".join(given.values())
    row = {
        "text": text,
        "diagnosis": feedback.diagnosis,
        "reason": feedback.reason,
        "model": event.version,
        "received": event.at,
    }
    if answer["diagnosis"] is not None:
        said = {"answer": answer["diagnosis"], "confidence": answer["probability"]}
        return {**row, **said, "feedback": feedback.verdict}
    if feedback.verdict != "corrected":
        told = f"event {event.id} gave no diagnosis, so none can be {feedback.verdict}: say what it was"
        raise unfit("verdict", f"{told}, as 'corrected'")
    return row
