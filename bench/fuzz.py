"""Everything the API describes, asked with what fits its description and with what does not.

    python -m bench.fuzz RUN [--examples 300]

starts the service in this process with the model of a run and an empty database, makes requests of its own
OpenAPI description (schemathesis), and counts where an answer breaks it: a status of 5xx, or any status,
type, body or header that is not described. Exit status: 0, none; 1, some.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.python import asgi

from workup.serve.app import create_app
from workup.serve.settings import Settings
from workup.serve.start import first_key

CASE = "M 61, woke at night with the left big toe red, hot and swollen. Beer daily. Uric acid 9.2 mg/dL."
PATIENCE = 120  # seconds for the model to be loaded


@dataclass
class Fuzzed:
    """What came of it: requests by operation and status, and each way to break the contract in words."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())


@dataclass
class Fuzzer:
    """The service in this process, asked with a key of every role."""

    app: FastAPI
    key: str

    @classmethod
    def of_run(cls, run: Path, folder: Path) -> Fuzzer:
        given = Settings.load({}, run=run, database=str(folder / "fuzz.db"), rate="1000000/second")
        key = first_key(given)
        assert key is not None
        return cls(create_app(given), key)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        with asgi.get_client(self.app) as client:
            return client.request(method, path, json=body, headers={"X-API-Key": self.key})

    def prepare(self) -> None:
        """Wait for the model; let there be an answer, and feedback on it, for the numbers to meet."""
        end = time.monotonic() + PATIENCE
        while self.ask("GET", "/v2/health/ready").status_code != 200:
            assert time.monotonic() < end, self.ask("GET", "/v2/health/ready").text
            time.sleep(0.1)
        event = self.ask("POST", "/v1/assessments", {"text": CASE}).json()["event"]
        given = {"event": event, "verdict": "corrected", "diagnosis": "Septic arthritis"}
        assert self.ask("POST", "/v1/feedback", given).status_code == 201

    def fuzz(self, examples: int, modes: tuple[GenerationMode, ...] = tuple(GenerationMode)) -> Fuzzed:
        """Ask each operation so many times in each mode; the same each time it is called."""
        found = Fuzzed()
        schema = schemathesis.openapi.from_asgi("/openapi.json", self.app)
        for result in schema.get_all_operations():
            operation = result.ok()
            for mode in modes:
                found.faults += self._ask(operation, mode, examples, found.statuses)
            # Switched off, all answers would look alike.
            self.ask("PUT", "/v1/switches/all", {"off": False, "why": "the fuzzer goes on"})
        return found

    def _ask(
        self, operation: Any, mode: GenerationMode, examples: int, statuses: Counter[tuple[str, int]]
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
            response = case.call(headers={"X-API-Key": self.key})
            statuses[operation.label, response.status_code] += 1
            try:
                case.validate_response(response, excluded_checks=excluded)
            except FailureGroup as group:
                for one in group.exceptions:
                    faults.setdefault(f"{one.title}", _told(operation, mode, case, response, one))

        with suppress(Unsatisfiable):  # nothing can be wrong with a request that holds nothing
            attempt()
        yield from faults.values()


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
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer.of_run(given.run, Path(folder))
        fuzzer.prepare()
        start = time.monotonic()
        found = fuzzer.fuzz(given.examples)
        took = time.monotonic() - start
        asgi.shutdown_lifespans()
    for label in dict.fromkeys(label for label, _ in found.statuses):
        told = ", ".join(f"{n} x {s}" for (one, s), n in sorted(found.statuses.items()) if one == label)
        print(f"{label}: {told}")
    print(f"{found.requests} requests in {took:.0f} s, {len(found.faults)} ways to break the contract")
    for fault in found.faults:
        print(f"\n{fault}")
    sys.exit(bool(found.faults))


if __name__ == "__main__":
    main()
