"""A CDS Hooks client: makes its keys, has a record read, and says what became of the card."""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = Path(__file__).parent
ISSUER, KEY_ID = "https://ehr.example.org", "example-2026"
SERVICE = "differential-patient-view"
# Which resources of the Bundle answer which query of the service.
PREFETCHED = {"conditions": "Condition", "observations": "Observation", "reports": "DiagnosticReport"}


def prepare(folder: Path) -> Path:
    """Make a key pair, and the file of trusted clients with its public half, which the service is given."""
    key = ec.generate_private_key(ec.SECP384R1())
    private = folder / "key.pem"
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    keys = {"keys": [{**public, "kid": KEY_ID, "alg": "ES384", "use": "sig"}]}
    (folder / "keys.json").write_text(json.dumps(keys, indent=2))
    (folder / "clients.json").write_text(json.dumps({ISSUER: "keys.json"}, indent=2))
    return folder / "clients.json"


class Client:
    """Calls a service with a new signed token each time."""

    def __init__(self, http: httpx.Client, base: str, key: bytes) -> None:
        self.http, self.base, self.key = http, base.rstrip("/"), key

    def services(self) -> list[dict[str, Any]]:
        """What there is: the discovery, which needs no token."""
        return self.http.get(f"{self.base}/cds-services").raise_for_status().json()["services"]

    def view(self, bundle: dict[str, Any]) -> list[dict[str, Any]]:
        """The cards for a patient whose record was opened."""
        resources = [entry["resource"] for entry in bundle["entry"]]
        patient = next(one for one in resources if one["resourceType"] == "Patient")
        searched = {
            name: {
                "resourceType": "Bundle",
                "type": "searchset",
                "entry": [{"resource": one} for one in resources if one["resourceType"] == kind],
            }
            for name, kind in PREFETCHED.items()
        }
        request = {
            "hook": "patient-view",
            "hookInstance": str(uuid4()),
            "context": {"userId": "Practitioner/example", "patientId": patient["id"]},
            "prefetch": {"patient": patient, **searched},
        }
        return self._post(f"/cds-services/{SERVICE}", request)["cards"]

    def accept(self, card: dict[str, Any]) -> dict[str, Any]:
        """Say that the clinician agreed with the first suggestion of a card."""
        suggestion = card["suggestions"][0]["uuid"]
        return self._tell(card, outcome="accepted", acceptedSuggestions=[{"id": suggestion}])

    def override(self, card: dict[str, Any], reason: str, comment: str = "") -> dict[str, Any]:
        """Say that the clinician set a card aside, for one of its reasons."""
        reasons = {one["code"]: one for one in card["overrideReasons"]}
        if reason not in reasons:
            raise SystemExit(f"{reason!r} is no reason of this card; there are {', '.join(reasons)}")
        coding = reasons[reason]
        told = {"reason": coding} | ({"userComment": comment} if comment else {})
        return self._tell(card, outcome="overridden", overrideReason=told)

    def _tell(self, card: dict[str, Any], **outcome: Any) -> dict[str, Any]:
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        feedback = {"card": card["uuid"], "outcomeTimestamp": moment, **outcome}
        return self._post(f"/cds-services/{SERVICE}/feedback", {"feedback": [feedback]})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        address, now = self.base + path, int(time.time())
        claims = {"iss": ISSUER, "aud": address, "iat": now, "exp": now + 300, "jti": str(uuid4())}
        token = jwt.encode(claims, self.key, algorithm="ES384", headers={"kid": KEY_ID})
        answer = self.http.post(address, json=body, headers={"Authorization": f"Bearer {token}"})
        if answer.is_error:
            raise SystemExit(f"{answer.status_code}: {answer.text}")
        return answer.json()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="make the keys, and the file of trusted clients")
    call = commands.add_parser("call", help="have patient.json read, and tell what became of the card")
    call.add_argument("--url", default="http://127.0.0.1:8000", help="where the service is")
    call.add_argument("--override", metavar="REASON", help="set the card aside instead of accepting it")
    given = parser.parse_args()
    if given.command == "prepare":
        print(f"WORKUP_CDS_CLIENTS={prepare(Path())}")
        return
    try:
        key = Path("key.pem").read_bytes()
    except FileNotFoundError:
        raise SystemExit("there is no key.pem yet: python client.py prepare") from None
    try:
        with httpx.Client(timeout=30) as http:
            show(Client(http, given.url, key), given.override)
    except httpx.TransportError as error:
        raise SystemExit(f"{given.url} does not answer ({error}); workup serve starts it") from None


def show(client: Client, reason: str | None) -> None:
    """One visit: which services there are, the cards, and what became of the one with a diagnosis."""
    print(f"services: {', '.join(one['id'] for one in client.services())}")
    cards = client.view(json.loads((HERE / "patient.json").read_text()))
    for card in cards:
        print(f"\n[{card['indicator']}] {card['summary']}\n\n{card['detail']}")
    offering = next((card for card in cards if "suggestions" in card), None)
    if offering is None:
        print("\nno card with a diagnosis, so nothing to accept or to override")
    elif reason:
        print("\noverridden:", client.override(offering, reason))
    else:
        print("\naccepted:", client.accept(offering))


if __name__ == "__main__":
    main()
