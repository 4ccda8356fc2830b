"""CDS Hooks over HTTP: discovery, the call of a service, and feedback on its cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from workup.errors import nearest
from workup.serve.api.schemas import MISSING, PROBLEMS
from workup.serve.cds.cards import cards, origin
from workup.serve.cds.clients import named, refusal, use
from workup.serve.cds.intake import keep, take_in
from workup.serve.cds.prefetch import record_of
from workup.serve.cds.requests import FeedbackRequest, HookRequest
from workup.serve.cds.services import SERVICES, CdsService
from workup.serve.problems import Problem, request_id
from workup.serve.security.refusals import noted
from workup.serve.security.roles import Caller, Role
from workup.serve.service import Service, service_of

_LACKING: dict[int | str, dict[str, Any]] = {
    412: {**MISSING[404], "description": "What is needed was not prefetched."}
}
_TOKEN = HTTPBearer(
    scheme_name="CDS Hooks client",
    bearerFormat="JWT",
    description="Signed by a trusted client with ES384 or RS384, a new one for each request.",
    auto_error=False,
)
router = APIRouter(prefix="/cds-services", tags=["CDS Hooks"])


class Services(BaseModel):
    """What the discovery tells."""

    services: list[dict[str, Any]]


class Cards(BaseModel):
    """The cards for the user; empty where there is nothing to say."""

    cards: list[dict[str, Any]]
    extension: dict[str, Any] = Field(description="What answered, and where the audit has it.")


class Received(BaseModel):
    """What became of feedback."""

    received: int = Field(description="Cards that were spoken of.")
    quarantined: int = Field(description="Cases that now wait for review; copies of known ones do not.")


@dataclass(frozen=True)
class Calling:
    """One call of a service by a trusted client."""

    service: Service
    called: CdsService
    caller: Caller
    request: str


def calling(
    request: Request,
    service_id: str,
    service: Annotated[Service, Depends(service_of)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_TOKEN)] = None,
) -> Calling:
    """A dependency that lets in a trusted client with a token that is for this service and was never used."""
    if service_id not in SERVICES:
        raise Problem(404, f"there is no such service; {nearest(service_id, SERVICES)}")
    # The specification asks for the address that is called; some clients name the service in feedback too.
    base = f"{service.settings.public_url.rstrip('/')}/cds-services/{service_id}"
    audience = (f"{base}/feedback", base) if request.url.path.endswith("/feedback") else (base,)
    with noted(request, f"issuer {named(bearer.credentials)}" if bearer else "nobody"):
        if bearer is None:
            raise refusal("a signed token of a trusted client is missing: send it as Authorization: Bearer")
        token = service.cds_clients.check(bearer.credentials, audience)
        with service.database.session() as session:
            use(session, token)
    caller = Caller(f"cds:{token.issuer}", frozenset({Role.CLINICIAN}), "cds")
    request.state.caller = caller
    return Calling(service, SERVICES[service_id], caller, request_id(request.scope))


Call = Annotated[Calling, Depends(calling)]


@router.get("")
def discover() -> Services:
    """Which services there are, and what each asks its client to prefetch. Open to all."""
    return Services(services=[one.to_json() for one in SERVICES.values()])


@router.post("/{service_id}", responses={**PROBLEMS, **MISSING, **_LACKING})
async def call(call: Call, body: HookRequest) -> Cards:
    """Cards for the patient whose record is open; none where the model abstains and no red flag is up."""
    record = await to_thread.run_sync(record_of, body, call.called, datetime.now(UTC))
    remarks = list(record.remarks)
    who = {"userId": body.context.userId, "hookInstance": str(body.hookInstance), "remarks": remarks}
    answer = await call.service.desk.assess(record.text, caller=call.caller, request=call.request, more=who)
    found = cards(answer, call.service.settings.public_url, remarks)
    if found:
        days = call.service.settings.cds_card_days
        await to_thread.run_sync(keep, call.service.database, found, answer.event, call.caller.name, days)
    return Cards(cards=[dict(card.json) for card in found], extension=origin(answer))


@router.post("/{service_id}/feedback", responses={**PROBLEMS, **MISSING})
def feedback(call: Call, body: FeedbackRequest) -> Received:
    """What became of cards: the audit keeps all of it, the learning loop what was said of a diagnosis."""
    taken = take_in(call.service.database, body.feedback, call.caller.name, call.request)
    return Received(received=len(body.feedback), quarantined=taken)
