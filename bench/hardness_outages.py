"""The database goes away, or its disk is full, and it comes back: what clients meet meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.hardness_compare import compared
from bench.hardness_load import Clients, Reply, Service
from bench.postgresql import NotHere, fill, free, postgresql, small_disk

DISK = 80  # megabytes; a new database of PostgreSQL has eight
FULL = 60.0  # seconds until a full disk is noticed: pages that are there already are filled first
LASTS = 8.0  # seconds from the first refusal until it is mended, at least
Way = tuple[Callable[[], object], Callable[[], object]]


def outages(run: Path, folder: Path) -> list[dict[str, Any]]:
    """Each way in which a database can go away."""
    model, found = ["--run", str(run)], []
    try:
        with small_disk(DISK) as disk:
            path = disk / "outages.db"
            away = disk / "elsewhere.db"
            found += broken(
                Service(folder, str(path), model),
                {
                    "SQLite: its file is moved away": (lambda: path.rename(away), lambda: away.rename(path)),
                    "SQLite: its disk is full": (lambda: fill(disk), lambda: free(disk)),
                },
            )
    except NotHere as error:
        found.append({"name": "SQLite", "not_run": str(error)})
    try:
        with postgresql() as server, small_disk(DISK, server.account) as disk:
            service = Service(folder, server.new_database("outages", disk), model, workers=2)

            def both() -> None:
                server.stop("immediate")
                os.kill(service.workers()[0], signal.SIGKILL)

            found += broken(
                service,
                {
                    "PostgreSQL: stopped": (lambda: server.stop("fast"), server.start),
                    "PostgreSQL: crashed, and a process of the service with it": (both, server.start),
                    "PostgreSQL: its disk is full": (lambda: fill(disk), lambda: free(disk)),
                },
            )
    except NotHere as error:
        found.append({"name": "PostgreSQL", "not_run": str(error)})
    return found


def broken(service: Service, ways: dict[str, Way], clients: int = 8) -> list[dict[str, Any]]:
    """Break and mend what the service stands on, in each of the ways, one after the other."""
    service.start()
    service.wait_ready()
    processes, found = max(1, len(service.workers())), []
    try:
        for name, (breaks, mends) in ways.items():
            asking = Clients(service)
            told = asyncio.run(_outage(asking, breaks, mends, clients))
            service.wait_ready(times=3 * processes)
            found.append(
                {"name": name, "clients": clients, "processes": processes, **told, **compared(asking)}
            )
            print(f"outages: {found[-1]}", flush=True)
    finally:
        service.stop()
    return found


async def _outage(
    asking: Clients, breaks: Callable[[], object], mends: Callable[[], object], clients: int
) -> dict[str, Any]:
    """What was met from the first request that was refused until it was mended, and how it came back."""
    async with asking.at_work(clients):
        await asyncio.sleep(3)
        await asyncio.to_thread(breaks)
        began = time.monotonic()
        noticed = await asking.until(lambda: _refused(asking.replies, began) is not None, FULL)
        await asyncio.sleep(LASTS)
        await asking.until(lambda: len(asking.since(began, time.monotonic())) >= 3 * clients, FULL)
        ending = time.monotonic()
        await asyncio.to_thread(mends)
        mended = time.monotonic()
        back = await asking.until(lambda: any(one.good for one in asking.since(mended, time.monotonic())), 60)
        ready = await asking.until(lambda: _seconds(asking.ready, mended, True) is not None, 60)
        await asyncio.sleep(3)
    first = _refused(asking.replies, began) or began
    within = asking.since(first, ending)
    not_ready = [(at, why) for at, ok, why in asking.ready if first <= at <= ending and not ok]
    since = not_ready[0][0] if not_ready else ending
    answered = next((reply.at for reply in asking.since(mended, time.monotonic()) if reply.good), mended)
    return {
        "noticed": noticed,
        "lasted": ending - first,
        "within": len(within),
        "refused_clearly": sum(reply.status == 503 and reply.clear for reply in within),
        "stored_within": sum(reply.good for reply in within),
        "longest_refusal": max((reply.at - reply.sent for reply in within if not reply.good), default=0.0),
        "not_ready_after": not_ready[0][0] - first if not_ready else None,
        "ready_within": sum(ok for at, ok, _ in asking.ready if since <= at <= ending),
        "why": not_ready[-1][1] if not_ready else [],
        "detail": next((reply.told["detail"] for reply in within if reply.status == 503), None),
        "ready_again_after": _seconds(asking.ready, mended, True) if ready else None,
        "answers_again_after": answered - mended if back else None,
    }


def _refused(replies: list[Reply], began: float) -> float | None:
    """When the first request was refused since then."""
    return min((reply.at for reply in replies if reply.at >= began and reply.status == 503), default=None)


def _seconds(ready: list[tuple[float, bool, list[str]]], since: float, state: bool) -> float | None:
    """How long after a moment it was first ready, or not."""
    return next((at - since for at, ok, _ in ready if at >= since and ok is state), None)
