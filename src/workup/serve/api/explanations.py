"""Which words of a case speak for its first diagnosis, and which against it."""

from __future__ import annotations

from fastapi import APIRouter

from workup.clinic.assess.assessment import Abstained, Confidence, Flag, Reason
from workup.serve.api.asking import Clinician
from workup.serve.api.assessments import signature
from workup.serve.api.case import Case
from workup.serve.api.schemas import Signed

router = APIRouter(prefix="/explanations", tags=["assessments"])


class Explained(Signed):
    """Reasons for and against `about`, the likeliest condition; None of the known ones where it is null.

    `text` is what was read, without identifiers: the reasons' places are in it. `written` is what the model
    writes by itself, and `agrees` whether that is the same condition.
    """

    event: int
    text: str
    about: str | None
    abstained: Abstained | None
    why: str
    stopped: str | None
    confidence: Confidence | None
    written: str
    agrees: bool
    supporting: tuple[Reason, ...]
    opposing: tuple[Reason, ...]
    red_flags: tuple[Flag, ...]


@router.post("", summary="Explain the answer to a case")
async def explain(case: Case, asking: Clinician) -> Explained:
    """The change of the first diagnosis' log-odds, in nats, that each part of the text is worth."""
    answer = await asking.answer(case, explain=True)
    said = answer.assessment
    return Explained(
        **signature(answer),
        text=said.text,
        about=said.differential[0].name if said.differential else None,
        abstained=said.abstained,
        why=said.why,
        stopped=answer.stopped,
        confidence=said.confidence,
        written=said.written,
        agrees=said.agrees,
        supporting=said.supporting,
        opposing=said.opposing,
        red_flags=said.red_flags,
    )
