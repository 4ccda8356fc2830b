"""Everything the API describes, asked with what fits its description and with what does not.

    python -m bench.fuzz RUN [--examples 300]

publishes a run twice in a registry of its own, which takes minutes, starts the service in this process with
that and an empty database, makes requests of its own OpenAPI description (schemathesis), and counts where an
answer breaks it: a status of 5xx, or any status, type, body or header that is not described. Each operation
is asked with what fits the description, with what does not, and, where it wants what no description can know,
with what fits and names what is there (`fuzz_aims`). Operations that refused all of that are named too. Exit
status: 0, no fault, and every operation succeeded; 1, otherwise.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count, cycle
from pathlib import Path
from typing import Any

import schemathesis
from bench.fuzz_aims import AIMS, CDS, USER, Client, Known, prefetched
from bench.registry import of_version
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.python import asgi

from workup.registry import Registry, promote, publish, tracking
from workup.registry.storing import store
from workup.serve.app import create_app
from workup.serve.cds.services import SERVICES
from workup.serve.security.roles import Role
from workup.serve.settings import Settings
from workup.serve.start import first_key

CASES = (
    "M 61, woke at night with the left big toe red, hot and swollen. Beer daily. Uric acid 9.2 mg/dL.",
    "Itchy silvery plaques on both elbows and on the scalp for years.",
    "F 29, throbbing headache on one side since this morning, light and noise hurt, vomited twice.",
    "M 8, barking cough since last night, hoarse, stridor when he cries.",
)
PATIENCE = 120  # seconds for the model to be loaded, and for an answer


@dataclass
class Fuzzed:
    """What came of it: requests by operation and status, and each way to break the contract in words."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())

    @property
    def only_refused(self) -> list[str]:
        """The operations that never succeeded."""
        well = {label for label, status in self.statuses if status < 300}
        return [label for label in dict.fromkeys(label for label, _ in self.statuses) if label not in well]


@dataclass
class Fuzzer:
    """The service in this process, asked with a key of every role, and by a trusted CDS Hooks client."""

    app: FastAPI
    registry: Registry
    key: str
    client: Client
    base: str

    @classmethod
    def of_registry(cls, registry: Registry, folder: Path) -> Fuzzer:
        """The service with a registry of two versions, one of which serves."""
        client = Client(folder)
        given = Settings.load(
            {},
            registry=registry.folder,
            database=str(folder / "fuzz.db"),
            rate="1000000/second",
            cds_clients=client.trusted,
        )
        key = first_key(given)
        assert key is not None
        return cls(create_app(given), registry, key, client, given.public_url)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        with asgi.get_client(self.app) as client:
            return client.request(method, path, json=body, headers={"X-API-Key": self.key, **headers})

    def prepare(self) -> Known:
        """Wait for the model, and let there be something of everything that a request may name."""
        end = time.monotonic() + PATIENCE
        while self.ask("GET", "/v2/health/ready").status_code != 200:
            assert time.monotonic() < end, self.ask("GET", "/v2/health/ready").text
            time.sleep(0.1)
        # Nobody reviews what they sent themselves.
        colleague = self._made("a colleague", Role.CLINICIAN)
        conditions = [one["name"] for one in self._got("GET", "/v1/conditions?limit=200")["items"]]
        events = self._answers(self.key)
        said = [
            {"event": event, "verdict": "corrected", "diagnosis": conditions[number % len(conditions)]}
            for number, event in enumerate(self._answers(colleague))
        ]
        items = [self._got("POST", "/v1/feedback", one, **{"X-API-Key": colleague})["item"] for one in said]
        numbers = count(1)
        return Known(
            registry=self.registry,
            events=cycle(events),
            items=cycle([item for item in items if item is not None]),
            conditions=cycle(conditions),
            cards=cycle([card for card in self._cards() if "suggestions" in card]),
            new_key=lambda: self._named(f"key {next(numbers)}"),
        )

    def _got(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.ask(method, path, body, **headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def _answers(self, key: str) -> list[int]:
        """Answers that somebody gets, by their numbers: nobody else may say what became of them."""
        asked = [{"text": case} for case in CASES]
        return [self._got("POST", "/v1/assessments", one, **{"X-API-Key": key})["event"] for one in asked]

    def _made(self, name: str, role: Role) -> str:
        made: str = self._got("POST", "/v1/keys", {"name": name, "roles": [role]})["key"]
        return made

    def _named(self, name: str) -> str:
        self._made(name, Role.VIEWER)
        return name

    def _cards(self) -> list[dict[str, Any]]:
        service = next(iter(SERVICES.values()))
        record = prefetched()
        body = {
            "hook": service.hook,
            "hookInstance": "00000000-0000-4000-8000-000000000000",
            "context": {"userId": USER, "patientId": record["patient"]["id"]},
            "prefetch": record,
        }
        path = f"/cds-services/{service.id}"
        cards: list[dict[str, Any]] = self._got("POST", path, body, **self.client.headers(self.base + path))[
            "cards"
        ]
        return cards

    def fuzz(self, examples: int, known: Known) -> Fuzzed:
        """Ask each operation so many times in each way; the same each time it is called."""
        found = Fuzzed()
        schema = schemathesis.openapi.from_asgi("/openapi.json", self.app)
        schema.config.update(request_timeout=PATIENCE)
        for result in schema.get_all_operations():
            operation = result.ok()
            for mode in GenerationMode:
                found.faults += self._ask(operation, mode, examples, found.statuses)
            if aim := AIMS.get(operation.label):
                found.faults += self._ask(
                    operation, GenerationMode.POSITIVE, examples, found.statuses, partial(aim, known)
                )
            # Switched off, all answers would look alike.
            self.ask("PUT", "/v1/switches/all", {"off": False, "why": "the fuzzer goes on"})
        return found

    def _ask(
        self,
        operation: Any,
        mode: GenerationMode,
        examples: int,
        statuses: Counter[tuple[str, int]],
        aim: Callable[[Any], None] = lambda case: None,
    ) -> Iterator[str]:
        # Which conditions, events and versions there are, and that a text is a case, no description can say:
        # what fits it may be refused all the same.
        excluded = [check for check in CHECKS.get_all() if check.__name__ == "positive_data_acceptance"]
        faults: dict[str, str] = {}

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def attempt(case: Any) -> None:
            aim(case)
            response = case.call(headers=self._headers(case))
            statuses[operation.label, response.status_code] += 1
            try:
                case.validate_response(response, excluded_checks=excluded)
            except FailureGroup as group:
                for one in group.exceptions:
                    faults.setdefault(f"{one.title}", _told(operation, mode, case, response, one))

        with suppress(Unsatisfiable):  # nothing can be wrong with a request that holds nothing
            attempt()
        yield from faults.values()

    def _headers(self, case: Any) -> dict[str, str]:
        """Who asks: a key; of the CDS services, the client, with a token that was never used."""
        if case.operation.label not in (CDS, f"{CDS}/feedback"):
            return {"X-API-Key": self.key}
        return self.client.headers(f"{self.base}/cds-services/{case.path_parameters.get('service_id')}")


def registry_of(run: Path, folder: Path) -> Registry:
    """A registry with two versions of a run, the second of which serves."""
    registry = Registry.at(folder / "registry")
    first = publish(registry, run)
    second = store(registry, of_version(first.folder))
    for version in (first, second):
        promote(registry, version, override="to be fuzzed")
    return registry


def _told(operation: Any, mode: GenerationMode, case: Any, response: Any, failure: Failure) -> str:
    told = " ".join(failure.message.split())[:400]
    return (
        f"{operation.label} ({mode.name.lower()}): {failure.title}: {response.status_code} {told} | "
        f"{case.as_curl_command()[:400]} | {response.text[:300]}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, nargs="?", default=Path("runs/diagnoser"))
    parser.add_argument("--examples", type=int, default=300, help="of each operation and mode")
    given = parser.parse_args()
    logging.disable(logging.WARNING)  # a line for each refused request
    tracking.is_wanted = lambda registry: False  # seconds for each decision, and no part of the contract
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer.of_registry(registry_of(given.run, Path(folder)), Path(folder))
        known = fuzzer.prepare()
        start = time.monotonic()
        found = fuzzer.fuzz(given.examples, known)
        took = time.monotonic() - start
        asgi.shutdown_lifespans()
    for label in dict.fromkeys(label for label, _ in found.statuses):
        told = ", ".join(f"{n} x {s}" for (one, s), n in sorted(found.statuses.items()) if one == label)
        print(f"{label}: {told}")
    print(f"{found.requests} requests in {took:.0f} s, {len(found.faults)} ways to break the contract")
    for fault in found.faults:
        print(f"\n{fault}")
    if found.only_refused:
        print(f"\nnever succeeded: {', '.join(found.only_refused)}")
    sys.exit(bool(found.faults or found.only_refused))


if __name__ == "__main__":
    main()
