"""What became of a card, as a row for the learning loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.data.rows import Row
from workup.serve.cds.cards import REASONS, WRONG
from workup.serve.cds.requests import Feedback
from workup.serve.store.tables import Card as StoredCard
from workup.serve.store.tables import Event


def as_row(feedback: Feedback, card: StoredCard, answered: Event, place: str) -> Row | None:
    """What the learning loop is told; None where nothing is said of the answer.

    Accepting the suggestion of the first diagnosis accepts the answer, accepting another corrects it. To
    override a card because none of its diagnoses is right, for a reason of the client's own, or with a
    comment, rejects the answer. To set it aside as known, of no use now, or without any reason is not a word
    on the answer, and neither is what becomes of a card of red flags.

    Args:
        answered: the record of the audit of the answer that the card tells.

    Raises:
        KeyError: a suggestion was accepted that the card does not have.
    """
    told = answered.told
    answer = told["answer"]["diagnosis"]
    if not card.offered:
        return None
    row: dict[str, Any] = {
        "text": told["given"],
        "answer": answer,
        "confidence": told["answer"]["probability"],
        "model": answered.version,
    }
    if feedback.outcome == "accepted":
        return Row({**row, **_accepted(feedback, card.offered, answer)}, place)
    reason = _reason(feedback)
    return Row({**row, "feedback": "rejected", "reason": reason}, place) if reason else None


def _accepted(feedback: Feedback, offered: Mapping[str, str], answer: str) -> dict[str, str]:
    diagnosis = offered[str(feedback.acceptedSuggestions[0].id)]
    if diagnosis == answer:
        return {"feedback": "accepted"}
    return {"feedback": "corrected", "diagnosis": diagnosis, "reason": "Another suggestion was accepted."}


def _reason(feedback: Feedback) -> str:
    """Why the answer is rejected, in words; "" where nothing says that it is."""
    given = feedback.overrideReason
    if given is None:
        return ""
    code = given.reason.code if given.reason else ""
    if code in REASONS and code != WRONG and not given.userComment:
        return ""
    display = REASONS.get(code) or (given.reason.display or code if given.reason else "")
    return ": ".join(filter(None, [display, given.userComment]))
