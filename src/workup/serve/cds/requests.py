"""What a CDS Hooks client sends: the call of a service with what it prefetched, and feedback on cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workup.data.rows import BadRow
from workup.serve.cds.services import NEEDED, WELCOME, CdsService
from workup.serve.fhir.record import Record, UnfitBundle, read_record
from workup.serve.problems import Fault, Problem, unfit

_Text = Annotated[str, Field(min_length=1, max_length=2_000)]
_MOST_AT_ONCE = 100


class _Sent(BaseModel):
    """Extensions, and whatever else is not read, are passed over: https://cds-hooks.hl7.org/2.0/#extensions."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Context(_Sent):
    """Whose record is open. Draft orders are not read: they say nothing of what the patient has."""

    patientId: _Text
    encounterId: _Text | None = None


class HookRequest(_Sent):
    """The call of a service; https://cds-hooks.hl7.org/2.0/#http-request_1.

    `fhirServer` and `fhirAuthorization` are passed over: nothing is fetched but what is sent along.
    """

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
    outcomeTimestamp: datetime

    @model_validator(mode="after")
    def _says_what_was_accepted(self) -> Feedback:
        if self.outcome == "accepted" and not self.acceptedSuggestions:
            raise ValueError("'acceptedSuggestions' is missing: which suggestion of the card was accepted?")
        return self


class FeedbackRequest(_Sent):
    """Feedback on several cards."""

    feedback: Annotated[tuple[Feedback, ...], Field(min_length=1, max_length=_MOST_AT_ONCE)]


def record_of(request: HookRequest, service: CdsService) -> Record:
    """The present case of the patient whose record is open.

    Raises:
        Problem: 412, something that is needed was not prefetched; 422, it is for another hook or another
            patient, or cannot be read.
    """
    if request.hook != service.hook:
        raise unfit("hook", f"must be {service.hook!r} for this service")
    lacking = [name for name in NEEDED if name not in request.prefetch]
    if request.prefetch.get("patient") is None and "patient" not in lacking:
        lacking.append("patient")
    if lacking:
        faults = [Fault(field=f"prefetch.{name}", detail=f"is missing: {NEEDED[name]}") for name in lacking]
        raise Problem(412, "what was prefetched is not enough, and nothing is fetched from here", faults)
    if (request.prefetch["patient"] or {}).get("id") != request.context.patientId:
        raise unfit("prefetch.patient.id", "is not the patient of context.patientId")
    entries = dict(_entries(request))
    bundle = {"resourceType": "Bundle", "entry": list(entries.values())}
    encounter = request.context.encounterId
    try:
        return read_record(bundle, f"Encounter/{encounter}" if encounter else None)
    except UnfitBundle as error:
        faults = [_fault(one, list(entries)) for one in error.faults]
        raise Problem(422, "what was prefetched cannot be used; mend what `errors` names", faults) from None


def _entries(request: HookRequest) -> Iterator[tuple[str, Any]]:
    """Every prefetched resource as the entry of a Bundle, with the path of that entry."""
    for name in (*NEEDED, *WELCOME):
        held = request.prefetch.get(name) or {}
        if held.get("resourceType") != "Bundle":
            if held:
                yield f"prefetch.{name}", {"resource": held}
            continue
        listed = held.get("entry", [])
        if not isinstance(listed, list):
            raise unfit(f"prefetch.{name}.entry", "must be a list")
        yield from ((f"prefetch.{name}.entry.{number}", entry) for number, entry in enumerate(listed))


def _fault(found: BadRow, paths: list[str]) -> Fault:
    """A fault of the Bundle that was made of them, told of what was sent."""
    place, _, rest = found.field.removeprefix("entry.").partition(".")
    if not place.isdigit():
        return Fault(field="prefetch", detail=found.reason)
    path = paths[int(place)]
    if ".entry." not in path:
        rest = rest.removeprefix("resource").removeprefix(".")
    return Fault(field=f"{path}.{rest}".rstrip("."), detail=found.reason)
