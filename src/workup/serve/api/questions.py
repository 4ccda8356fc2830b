"""What a case does not tell, and would tell its first two diagnoses apart."""

from __future__ import annotations

from fastapi import APIRouter

from workup.clinic.assess.assessment import Abstained, Flag, Question
from workup.serve.api.asking import Clinician
from workup.serve.api.assessments import signature
from workup.serve.api.case import Case
from workup.serve.api.schemas import Signed

router = APIRouter(prefix="/questions", tags=["assessments"])


class Missing(Signed):
    """What to ask next.

    `between` are the two likeliest conditions; `questions` the findings that would separate them best, with
    the rough share of patients of either who have them; `doubts` what has to be cleared up in the text first.
    """

    event: int
    between: list[str]
    abstained: Abstained | None
    why: str
    stopped: str | None
    questions: tuple[Question, ...]
    doubts: tuple[str, ...]
    red_flags: tuple[Flag, ...]


@router.post("", summary="Say what is missing in a case")
async def missing(case: Case, asking: Clinician) -> Missing:
    """Findings the text says nothing of, the most telling first, and contradictions in what it says."""
    answer = await asking.answer(case)
    said = answer.assessment
    return Missing(
        **signature(answer),
        between=[one.name for one in said.differential[:2]],
        abstained=said.abstained,
        why=said.why,
        stopped=answer.stopped,
        questions=said.questions,
        doubts=said.doubts,
        red_flags=said.red_flags,
    )
