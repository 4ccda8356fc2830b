"""What the audit keeps of an answer: what was asked, without identifiers, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workup.serve.problems import Problem
from workup.serve.store.tables import Event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workup.clinic.assess import Assessment
    from workup.serve.security.roles import Caller

ASSESS = "assess"
# The details of an event that are a text of a case: without identifiers, and as it was sent.
TEXTS = frozenset({"given", "raw"})


def answer_to(session: Session, caller: Caller, number: int) -> Event:
    """The event of an answer that the caller got: nobody else has seen it, or can say what was wrong with it.

    Raises:
        Problem: 404, there is none of that number, or somebody else got it: which of the two is not told.
    """
    event = session.get(Event, number) if 0 < number < 2**31 else None
    if event is None or event.action != ASSESS or event.caller != caller.name:
        raise Problem(404, f"no answer that you got has the number {number}: take `event` of an assessment")
    return event


def record(given: str | Mapping[str, str], assessment: Assessment, **more: Any) -> dict[str, Any]:
    """The details of an `ASSESS` event, from which `replay` can ask again.

    Args:
        given: what the model was asked, as it was asked: without identifiers.
        more: whatever else belongs to it, such as why this version answered.
    """
    return {**more, "given": given if isinstance(given, str) else dict(given), "answer": summary(assessment)}


def summary(assessment: Assessment) -> dict[str, Any]:
    """The answer in short. Probabilities are between 0 and 1, to four places, as in the assessment."""
    first = assessment.diagnosis
    return {
        "diagnosis": first.name if first else None,
        "probability": first.probability if first else None,
        "abstained": assessment.abstained,
        "differential": [
            {"name": one.name, "probability": one.probability, "in_set": one.in_set}
            for one in assessment.differential
        ],
        "red_flags": [flag.id for flag in assessment.red_flags],
    }
