from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError

from workup.serve.cds.requests import Context, Feedback

NOW = datetime.now(UTC)
WHEN = NOW.isoformat()


def feedback(when=WHEN, **said):
    return Feedback(**{"card": str(uuid4()), "outcome": "overridden", "outcomeTimestamp": when, **said})


def test_feedback_that_accepts_says_what():
    with pytest.raises(ValidationError, match="which suggestion of the card"):
        feedback(outcome="accepted")
    assert feedback(outcome="accepted", acceptedSuggestions=[{"id": str(uuid4())}])


@pytest.mark.parametrize(
    ("when", "why"),
    [
        pytest.param((NOW + timedelta(hours=1)).isoformat(), "is in the future", id="in an hour"),
        ("9999-12-31T23:59:59-12:00", "is in the future"),
        ("2026-11-30T10:00:00", "a time with its zone"),
        ("2026-11-30", "a time with its zone"),
        ("5", "a time with its zone"),
        (5, "a time with its zone"),
    ],
)
def test_a_time_that_is_none_of_the_past_is_refused(when, why):
    with pytest.raises(ValidationError, match=why):
        feedback(when)


def test_clocks_may_differ_a_little():
    assert feedback((NOW + timedelta(seconds=30)).isoformat())


@pytest.mark.parametrize("user", ["Practitioner/abc-1", "PractitionerRole/4.2_x"])
def test_the_user_is_a_clinician(user):
    assert Context(userId=user, patientId="p7").userId == user


@pytest.mark.parametrize(
    "user", [None, "", "abc", "Patient/p7", "Practitioner/", "Practitioner/Dr Mary Smith"]
)
def test_who_is_no_clinician_by_reference_is_no_user(user):
    with pytest.raises(ValidationError, match="userId"):
        Context(userId=user, patientId="p7")
