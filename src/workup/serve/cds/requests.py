"""What a CDS Hooks client sends: the call of a service with what it prefetched, and feedback on cards."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

# By how much the clocks of a client and of the service may differ.
CLOCKS = timedelta(minutes=1)
_MOST_AT_ONCE = 100
_USER = re.compile(r"(Practitioner|PractitionerRole)/[A-Za-z0-9._-]{1,64}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", re.ASCII)

# Examples of the two bodies; examples/cds-hooks has a client that makes them of a whole record.
_INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
_CALL: dict[str, Any] = {
    "hook": "patient-view",
    "hookInstance": _INSTANCE,
    "context": {"userId": "Practitioner/a1", "patientId": "p1"},
    "prefetch": {
        "patient": {"resourceType": "Patient", "id": "p1", "gender": "male", "birthDate": "1965-04-02"},
        "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": []},
        "observations": {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [
                {
                    "resource": {
                        "resourceType": "Observation",
                        "id": "o1",
                        "status": "final",
                        "subject": {"reference": "Patient/p1"},
                        "effectiveDateTime": "2026-11-27",
                        "code": {"text": "Sudden severe pain in the right big toe, red and swollen"},
                        "valueBoolean": True,
                    }
                }
            ],
        },
    },
}
_FEEDBACK: dict[str, Any] = {
    "feedback": [
        {
            "card": _INSTANCE,
            "outcome": "overridden",
            "overrideReason": {"userComment": "crystals in the aspirate: gout"},
            "outcomeTimestamp": "2026-11-27T08:15:00Z",
        }
    ]
}


def _user(told: str) -> str:
    if not _USER.fullmatch(told):
        raise ValueError(
            "must be the clinician who looks at the record, as Practitioner/ID or PractitionerRole/ID"
        )
    return told


def _written(told: object) -> object:
    """Pydantic would take a number for seconds since 1970, and a date for its midnight."""
    if not (isinstance(told, str) and _TIME.fullmatch(told)):
        raise ValueError("must be a time with its zone, such as 2026-11-30T08:15:00Z")
    return told


def _by_now(told: datetime) -> datetime:
    if told > datetime.now(UTC) + CLOCKS:
        raise ValueError("is in the future; check the clock of the client")
    return told


_Text = Annotated[str, Field(min_length=1, max_length=2_000)]
_User = Annotated[str, AfterValidator(_user)]
_Past = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_by_now)]


class _Sent(BaseModel):
    """Extensions, and whatever else is not read, are passed over: https://cds-hooks.hl7.org/2.0/#extensions."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Context(_Sent):
    """Whose record is open, and who looks at it; https://cds-hooks.org/hooks/patient-view/.

    A patient, or whoever stands in for one, is no user: the cards are made for clinicians. `selections` and
    `draftOrders` are those of order-select; they are not read, as they say nothing of what the patient has.
    """

    userId: _User
    patientId: _Text
    encounterId: _Text | None = None
    selections: tuple[_Text, ...] = ()
    draftOrders: dict[str, Any] = Field(default_factory=dict)


class HookRequest(_Sent):
    """The call of a service; https://cds-hooks.hl7.org/2.0/#http-request_1.

    `fhirServer` and `fhirAuthorization` are passed over: nothing is fetched but what is sent along.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_CALL]})

    hook: _Text
    hookInstance: UUID
    context: Context
    prefetch: dict[str, dict[str, Any] | None] = Field(default_factory=dict)


class Coding(_Sent):
    """A code from a system, and how it is displayed."""

    code: _Text
    system: _Text | None = None
    display: _Text | None = None


class OverrideReason(_Sent):
    """Why a card was overridden: a reason of the card's list or the client's own, and a comment."""

    reason: Coding | None = None
    userComment: _Text | None = None


class AcceptedSuggestion(_Sent):
    """The uuid of a suggestion that was taken."""

    id: UUID


class Feedback(_Sent):
    """What became of one card; https://cds-hooks.hl7.org/2.0/#feedback."""

    card: UUID
    outcome: Literal["accepted", "overridden"]
    acceptedSuggestions: tuple[AcceptedSuggestion, ...] = ()
    overrideReason: OverrideReason | None = None
    outcomeTimestamp: _Past

    @model_validator(mode="after")
    def _says_what_was_accepted(self) -> Feedback:
        if self.outcome == "accepted" and not self.acceptedSuggestions:
            raise ValueError("'acceptedSuggestions' is missing: which suggestion of the card was accepted?")
        return self


class FeedbackRequest(_Sent):
    """Feedback on several cards."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FEEDBACK]})

    feedback: Annotated[list[Feedback], Field(min_length=1, max_length=_MOST_AT_ONCE)]
