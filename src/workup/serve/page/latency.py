"""How long answers took, from the counts that Prometheus reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

_SECONDS = "workup_request_seconds"
_ANSWERS = "workup_answers"


@dataclass(frozen=True)
class Latency:
    """The requests of one route since the start; the quantiles in seconds, None beyond the last bucket."""

    route: str
    requests: int
    median: float | None
    p95: float | None
    p99: float | None


def latencies(metrics: str) -> list[Latency]:
    """Every route that was asked, the busiest first.

    Args:
        metrics: in Prometheus' text format (`Metrics.text`).
    """
    buckets: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == f"{_SECONDS}_bucket":
                bucket = float(sample.labels["le"]), int(sample.value)
                buckets[sample.labels["route"]].append(bucket)
    found = [
        Latency(route, counts[-1][1], *(quantile(counts, share) for share in (0.5, 0.95, 0.99)))
        for route, counts in buckets.items()
        if counts[-1][1]
    ]
    return sorted(found, key=lambda one: (-one.requests, one.route))


def outcomes(metrics: str) -> dict[str, int]:
    """How many answers came out how: answered, stopped, or why there was no diagnosis."""
    counts: defaultdict[str, int] = defaultdict(int)
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == f"{_ANSWERS}_total":
                counts[sample.labels["outcome"]] += int(sample.value)
    return dict(counts)


def quantile(buckets: Sequence[tuple[float, int]], share: float) -> float | None:
    """The time within which a share of all requests was answered, in seconds; None: beyond the last bound.

    As Prometheus' `histogram_quantile`: within a bucket requests are taken to be spread evenly.

    Args:
        buckets: upper bounds in seconds, ascending and the last one infinite, each with how many requests
            took no longer.
    """
    wanted = share * buckets[-1][1]
    low, before = 0.0, 0
    for high, count in buckets:
        if count >= wanted and count > before:
            return None if high == float("inf") else low + (high - low) * (wanted - before) / (count - before)
        low, before = high, count
    return None
