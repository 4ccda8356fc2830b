"""The weights that serve are damaged, while they do and while the service is away, and mended."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from bench.hardness_compare import compared
from bench.hardness_load import PATIENCE, Clients, Service

from workup.registry import Registry

CASE = "M 61, crushing central chest pain into the left arm, sweating. ST elevation in II."


def damage(registry: Registry, folder: Path) -> list[dict[str, Any]]:
    """The weights that serve, damaged while they do, and while the service is away."""
    service = Service(folder, str(folder / "damage.db"), ["--registry", str(registry.folder)])
    serving = registry.serving("general")
    assert serving is not None
    weights = serving.folder / "model" / "model.safetensors"
    good = weights.read_bytes()
    ways = {
        "overwritten in the middle": lambda: _overwrite(weights, bytes(len(good) // 4), len(good) // 2),
        "cut to half": lambda: os.truncate(weights, len(good) // 2),
        "removed": weights.unlink,
    }
    found = []
    service.start()
    service.wait_ready()
    try:
        for name, breaks in ways.items():
            asking = Clients(service, feedback=False)
            before = _said(service)
            told = asyncio.run(_damage(asking, breaks))
            told |= {"running_died": service.died(), "running_same": _said(service) == before}
            found.append({"name": name, **told, **_restarted(service, weights, good), **compared(asking)})
            print(f"damage: {found[-1]}", flush=True)
    finally:
        service.stop()
    return found


async def _damage(asking: Clients, breaks: Callable[[], object], clients: int = 4) -> dict[str, Any]:
    """What the running service does."""
    async with asking.at_work(clients):
        await asyncio.sleep(2)
        breaks()
        began = time.monotonic()
        await asyncio.sleep(8)
    replies = asking.since(began, time.monotonic())
    return {
        "running_answered": sum(reply.good for reply in replies),
        "running_failed": sum(not reply.good for reply in replies),
        "running_ready": all(ok for _, ok, _ in asking.ready),
        "running_why": next((why for _, ok, why in asking.ready if not ok), []),
    }


def _said(service: Service) -> list[tuple[str, float]] | None:
    """The likeliest conditions of a case, with probabilities to two places; None: there is no answer."""
    try:
        answer = service.post("/v1/assessments", {"text": CASE})
    except httpx.HTTPError:
        return None
    found = answer.json()["assessment"]["differential"]
    return [(one["name"], round(one["probability"], 2)) for one in found[:3]]


def _restarted(service: Service, weights: Path, good: bytes) -> dict[str, Any]:
    """What a service does that is killed and comes back to damaged weights, until they are mended."""
    service.kill()
    service.start()
    end = time.monotonic() + PATIENCE
    while not any("is not as it was published" in told for told in service.readiness()[1]):
        if time.monotonic() > end:
            raise SystemExit(f"the damage is not told: {service.readiness()}")
        time.sleep(0.2)
    ready, why = service.readiness()
    answer = service.post("/v1/assessments", {"text": CASE})
    # `workup models verify` says what to bring back; the version is whole again with the same bytes.
    weights.write_bytes(good)
    mended = time.monotonic()
    service.wait_ready()
    return {
        "restarted_ready": ready,
        "restarted_why": why,
        "restarted_status": answer.status_code,
        "restarted_diagnosis": answer.json().get("diagnosis"),
        "restarted_red_flags": len(answer.json()["assessment"]["red_flags"]) if answer.is_success else None,
        "ready_again_after": time.monotonic() - mended,
    }


def _overwrite(path: Path, content: bytes, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(content)
