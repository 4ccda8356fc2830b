"""What the fuzz knows to be there, and how a request is aimed at it so that it can succeed.

No description can say which events, items, versions and cards there are, so what is generated from one is
only ever refused by the routes that want one. A request that is aimed stays as it was generated, but for the
ids that it names and what has to go with them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from workup.registry import Registry, promote
from workup.serve.cds.services import SERVICES

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "examples" / "cds-hooks" / "patient.json"
ISSUER, KEY_ID, USER = "https://ehr.example.org", "fuzz", "Practitioner/example"
WHY = "the fuzzer wants another version to go back to"
LINE = "general"
CDS = "POST /cds-services/{service_id}"
_services = cycle(SERVICES.values())
_overrides = cycle((None, WHY))  # without one, the gates refuse it


class Client:
    """A trusted CDS Hooks client, with a new token for each request."""

    def __init__(self, folder: Path) -> None:
        """Make its key, and the file of trusted clients."""
        self._key = ec.generate_private_key(ec.SECP384R1())
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        (folder / "keys.json").write_text(json.dumps({"keys": [{**public, "kid": KEY_ID}]}))
        self.trusted = folder / "clients.json"
        self.trusted.write_text(json.dumps({ISSUER: "keys.json"}))

    def headers(self, address: str) -> dict[str, str]:
        """The header that shows who it is, for one request to this address."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": address, "iat": now, "exp": now + 300, "jti": str(uuid4())}
        token = jwt.encode(claims, self._key, algorithm="ES384", headers={"kid": KEY_ID})
        return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Known:
    """What is there; each iterator goes on without end, and gives one after another in turn.

    Attributes:
        events: the numbers of answers; `items`: of cases that wait for review.
        conditions: diagnoses by their names.
        cards: CDS Hooks cards that were given to the client, with suggestions.
        new_key: makes an API key, and gives its name.
    """

    registry: Registry
    events: Iterator[int]
    items: Iterator[int]
    conditions: Iterator[str]
    cards: Iterator[dict[str, Any]]
    new_key: Callable[[], str]

    def other_version(self) -> str:
        """A version that does not serve."""
        serving = self.registry.serving(LINE)
        return next(one.name for one in self.registry.versions(LINE) if one != serving)

    def let_roll_back(self) -> None:
        """See to it that another version served before."""
        if len(self.registry.decisions(LINE).served) < 2:
            promote(self.registry, self.registry.find(self.other_version()), override=WHY)


def prefetched(record: Path = RECORD) -> dict[str, Any]:
    """The example's record as a client prefetches it."""
    resources = [entry["resource"] for entry in json.loads(record.read_text(encoding="utf-8"))["entry"]]

    def of(kind: str) -> dict[str, Any]:
        found = [{"resource": one} for one in resources if one["resourceType"] == kind]
        return {"resourceType": "Bundle", "entry": found}

    patient = next(one for one in resources if one["resourceType"] == "Patient")
    return {"patient": patient, "conditions": of("Condition"), "observations": of("Observation")}


def _feedback(known: Known, case: Any) -> None:
    case.body["event"] = next(known.events)
    case.body.pop("diagnosis", None)
    if case.body["verdict"] == "corrected":
        case.body["diagnosis"] = next(known.conditions)
    elif case.body["verdict"] == "rejected":
        case.body["reason"] = case.body.get("reason") or "it is something else"


def _decision(known: Known, case: Any) -> None:
    case.path_parameters["item"] = next(known.items)
    case.body.pop("diagnosis", None)
    if case.body["verdict"] == "accept":  # another one each time, for nobody decides the same twice
        case.body["diagnosis"] = next(known.conditions)


def _promotion(known: Known, case: Any) -> None:
    case.body["model"] = known.other_version()
    case.body["override"] = case.body.get("override") or next(_overrides)


def _rollback(known: Known, case: Any) -> None:
    known.let_roll_back()
    case.body["line"] = LINE


def _call(known: Known, case: Any) -> None:
    service, record = next(_services), prefetched()
    case.path_parameters["service_id"] = service.id
    case.body["hook"] = service.hook
    case.body["context"] |= {"userId": USER, "patientId": record["patient"]["id"]}
    case.body["context"].pop("encounterId", None)
    case.body["prefetch"] = {**(case.body.get("prefetch") or {}), **record}


def _card_feedback(known: Known, case: Any) -> None:
    case.path_parameters["service_id"] = next(_services).id
    for said in case.body["feedback"]:
        card = next(known.cards)
        said |= {"card": card["uuid"], "outcomeTimestamp": datetime.now(UTC).isoformat()}
        if said["outcome"] == "accepted":
            said["acceptedSuggestions"] = [{"id": card["suggestions"][0]["uuid"]}]


def _named(place: str, found: Callable[[Known], Any]) -> Callable[[Known, Any], None]:
    def aim(known: Known, case: Any) -> None:
        case.path_parameters[place] = found(known)

    return aim


# By the label of the operation.
AIMS: Mapping[str, Callable[[Known, Any], None]] = {
    "POST /v1/feedback": _feedback,
    "POST /v1/reviews/{item}/decisions": _decision,
    "POST /v1/models/promote": _promotion,
    "POST /v1/models/rollback": _rollback,
    CDS: _call,
    f"{CDS}/feedback": _card_feedback,
    "GET /v1/reviews/{item}": _named("item", lambda known: next(known.items)),
    "GET /v1/models/{name}": _named("name", Known.other_version),
    "GET /v1/conditions/{name}": _named("name", lambda known: next(known.conditions)),
    "GET /v1/audit/{event}": _named("event", lambda known: next(known.events)),
    "PUT /v1/switches/{scope}": _named("scope", lambda known: "all"),
    "DELETE /v1/keys/{which}": _named("which", lambda known: known.new_key()),
}
