import json
from uuid import uuid4

import pytest

from workup.serve.cds.feedback import as_row
from workup.serve.cds.requests import Feedback
from workup.serve.store.tables import Card, Event

GOUT, OTHER = str(uuid4()), str(uuid4())
TEXT = "M 61, woke at night with the left big toe red and hot."
ANSWERED = Event(
    id=7,
    version="general@3",
    details=json.dumps({"given": TEXT, "answer": {"diagnosis": "Gout", "probability": 0.82}}),
)


def row(offered=None, **said):
    card = Card(uuid=str(uuid4()), event=7, issuer="ehr", offered={GOUT: "Gout", OTHER: "Pseudogout"})
    if offered is not None:
        card.offered = offered
    feedback = Feedback(card=card.uuid, outcomeTimestamp="2026-11-30T08:00:00Z", **said)
    found = as_row(feedback, card, ANSWERED, "feedback 1")
    return found and found.values


def accepted(suggestion, **more):
    return row(outcome="accepted", acceptedSuggestions=[{"id": suggestion}], **more)


def overridden(reason=None, comment=None):
    given = {"reason": reason, "userComment": comment}
    given = {name: value for name, value in given.items() if value}
    return row(outcome="overridden", overrideReason=given or None)


def test_to_accept_the_first_suggestion_accepts_the_answer():
    assert accepted(GOUT) == {
        "text": TEXT,
        "answer": "Gout",
        "confidence": 0.82,
        "model": "general@3",
        "feedback": "accepted",
    }


def test_to_accept_another_suggestion_corrects_the_answer():
    told = accepted(OTHER)
    assert (told["feedback"], told["diagnosis"]) == ("corrected", "Pseudogout")


def test_a_suggestion_of_another_card_is_refused():
    with pytest.raises(KeyError):
        accepted(str(uuid4()))


def test_to_override_because_it_is_wrong_rejects_the_answer():
    told = overridden({"code": "none-of-these"}, "It was a fracture")
    assert told["feedback"] == "rejected"
    assert told["reason"] == "None of these is the diagnosis: It was a fracture"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (({"code": "x-7", "display": "Not in this ward"}, None), "Not in this ward"),
        (({"code": "x-7"}, None), "x-7"),
        ((None, "It was a fracture"), "It was a fracture"),
        (({"code": "known"}, "and wrong"), "Already known: and wrong"),
    ],
)
def test_the_reason_is_told_in_the_words_there_are(given, reason):
    assert overridden(*given)["reason"] == reason


@pytest.mark.parametrize("given", [(None, None), ({"code": "known"}, None), ({"code": "not-now"}, None)])
def test_a_card_that_is_only_set_aside_says_nothing_of_the_answer(given):
    assert overridden(*given) is None


def test_a_card_of_red_flags_has_no_answer_to_speak_of():
    assert row(offered={}, outcome="overridden", overrideReason={"userComment": "wrong"}) is None
