"""What Prometheus reads: numbers of requests and answers, never a word of them."""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workup.clinic.assess import Assessment
    from workup.serve.engine.models import Held

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64)
# Set by whoever starts several processes: each writes its numbers to this folder, and any can read them all.
_SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The numbers of one service."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self.requests = Counter(
            "workup_requests", "Requests by route and status.", ("method", "route", "status"), registry=own
        )
        self.seconds = Histogram(
            "workup_request_seconds", "Time until the answer was sent.", ("route",), registry=own,
            buckets=_SECONDS,
        )  # fmt: skip
        self.batches = Histogram(
            "workup_batch_cases", "Cases that the model was asked at once.", registry=own, buckets=_SIZES
        )
        self.answers = Counter(
            "workup_answers",
            "Answers by version and outcome: answered, or why there was no diagnosis.",
            ("version", "outcome"),
            registry=own,
        )
        self.red_flags = Counter(
            "workup_red_flags", "Red flags that were raised.", ("rule", "level"), registry=own
        )
        self.models = Gauge(
            "workup_model_info",
            "1 for each version in memory, 0 for one that was.",
            ("version", "checksum"),
            registry=own,
            multiprocess_mode="max",
        )
        self._shown: set[tuple[str, str]] = set()

    def answered(self, version: str, assessment: Assessment, stopped: bool) -> None:
        """Count one answer."""
        outcome = "stopped" if stopped else assessment.abstained or "answered"
        self.answers.labels(version, outcome).inc()
        for flag in assessment.red_flags:
            self.red_flags.labels(flag.id, flag.level).inc()

    def serving(self, models: Iterable[Held]) -> None:
        """Say which versions are in memory."""
        now = {(held.name, held.checksum) for held in models}
        self._shown |= now
        for version in self._shown:
            self.models.labels(*version).set(version in now)

    def text(self) -> bytes:
        """Everything in Prometheus' text format 0.0.4, of all processes where they share a folder."""
        if os.environ.get(_SHARED):
            everyone = CollectorRegistry()
            MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
            return generate_latest(everyone)
        return generate_latest(self.registry)


class Observed:
    """Counts and times every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and look at the clock and at its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, start = 499, perf_counter()  # as nginx calls a request that its client gave up

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            route = route_of(scope)
            self.metrics.requests.labels(scope["method"], route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(perf_counter() - start)


def route_of(scope: Scope) -> str:
    """The address with the names of its parameters; one that no route has is the caller's making: "none"."""
    own: str | None = getattr(scope.get("route"), "path", None)
    if own is None:
        return "none"
    # A route knows its own part only, not under which address its router is included.
    before = scope["path"].split("/")[: -own.count("/")]
    return "/".join(before) + own
