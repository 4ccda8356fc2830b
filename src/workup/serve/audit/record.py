"""What the audit keeps of an answer: what was asked, without identifiers, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workup.clinic.assess import Assessment

ASSESS = "assess"


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
