import json

from learning_cases import CROUP, GOUT, MIGRAINE
from workup.learning.intake import take_in
from workup.learning.references import add
from workup.learning.review import decide
from workup.learning.status import status


def test_an_empty_store_has_nothing_waiting(session):
    found = status(session)
    assert set(found.states.values()) == {0}
    assert found.oldest is None
    assert found.taken == {"files": 0, "quarantined": 0, "copies": 0, "barred": 0, "dropped": 0}


def test_everything_is_counted(session, write):
    add(session, write(CROUP, name="secret.jsonl"), "canary")
    file = write(GOUT, {**MIGRAINE, "diagnosis": "Ectopic pregnancy"}, CROUP, "{broken")
    first, second = take_in(session, file, "St Ann", skip_bad=1).items
    take_in(session, write(GOUT), "St Ann")
    for reviewer in ("Ann", "Bea"):
        decide(session, first, reviewer, "accept", "textbook")
    decide(session, second, "Ann", "reject", "no")
    found = status(session)
    assert {state: count for state, count in found.states.items() if count} == {
        "reviewed once": 1,
        "agreed": 1,
    }
    assert found.suspicions == {"against the case book": 1}
    assert found.waiting == {"Ann": 0, "Bea": 1}
    assert found.oldest == second.intake.at
    assert found.releasable == {"Rheumatology and immunology": 1}
    assert found.taken == {"files": 2, "quarantined": 2, "copies": 1, "barred": 1, "dropped": 1}
    assert found.references == {"canary": 1}
    assert json.dumps(found.to_json())
