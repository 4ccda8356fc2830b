"""Does the service lose anything, and does it say what is wrong, while what it stands on breaks under load?

    .venv/bin/python -m bench.hardness run RUN [--only kills exchanges outages damage]
    .venv/bin/python -m bench.hardness show

RUN is a calibrated run, such as runs/diagnoser. Real processes of `workup serve` on 127.0.0.1 are asked by
clients that have cases assessed, send feedback on what they got, and remember every answer. Meanwhile

* kills: all processes, or one of two, are killed (SIGKILL) and started again;
* exchanges: an operator lets another version serve, and rolls back, again and again;
* outages: the database goes away, or its disk is full, and it comes back;
* damage: the file of the weights is damaged, and mended.

After each, what the clients were told is compared with the database, and `workup audit verify` follows the
chain. PostgreSQL has to be installed and a small disk mounted, which takes root; what cannot be run is named
in the results. It takes some ten minutes on one core. `run` writes bench/results/hardness.json, `show` the
tables of it into docs/service.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.hardness_compare import compared
from bench.hardness_damage import damage
from bench.hardness_load import Clients, Service
from bench.hardness_outages import outages
from bench.hardness_page import show
from bench.postgresql import NotHere, postgresql
from bench.registry import of_version

from workup.registry import Registry, promote
from workup.registry.storing import store

RESULTS = Path(__file__).parent / "results" / "hardness.json"
WHY = "a benchmark"
EXCHANGES = 12


def kills(run: Path, folder: Path) -> list[dict[str, Any]]:
    """Each setup: the database, how many processes answer, and which of them are killed in turn."""
    model = ["--run", str(run)]
    found = [killed(Service(folder, str(folder / "one.db"), model), ["all"] * 3)]
    plan = ["worker", "all", "worker", "all"]
    try:
        with postgresql() as server:
            found.append(killed(Service(folder, server.new_database("two"), model, workers=2), plan))
    except NotHere as error:
        print(f"kills: {error}; on SQLite instead")
        found.append(killed(Service(folder, str(folder / "two.db"), model, workers=2), plan))
    return found


def killed(service: Service, plan: list[str], clients: int = 16, seed: int = 0) -> dict[str, Any]:
    """Kill under load, look what is left, and go on."""
    draw, asking = random.Random(seed), Clients(service)
    compares, seconds = [], []
    service.start()
    service.wait_ready()
    processes = max(1, len(service.workers()))
    try:
        for victim in plan:
            asyncio.run(_kill(asking, victim, clients, draw))
            if victim == "all":
                service.start()
            seconds.append(service.wait_ready(times=3 * processes))
            compares.append(compared(asking))
            print(f"kills: {victim} of {processes}: {compares[-1]}", flush=True)
        again = asking.send_again()
        last = compared(asking)
    finally:
        service.stop()
    return {
        "database": "PostgreSQL" if "://" in service.database else "SQLite",
        "processes": processes,
        "clients": clients,
        "kills": {victim: plan.count(victim) for victim in dict.fromkeys(plan)},
        "chain_whole": all(one["audit"]["broken"] is None for one in [*compares, last]),
        "ready_after": max(seconds),
        "broken_feedback": len(asking.broken),
        "sent_again": {str(status): times for status, times in sorted(again.items())},
        **last,
    }


async def _kill(asking: Clients, victim: str, clients: int, draw: random.Random) -> None:
    before = len(asking.acknowledged())
    async with asking.at_work(clients):
        await asking.until(lambda: len(asking.acknowledged()) >= before + clients, 60)
        await asyncio.sleep(draw.uniform(0, 3))
        if victim == "all":
            asking.service.kill()
        else:
            os.kill(draw.choice(asking.service.workers()), signal.SIGKILL)
            await asyncio.sleep(3)


@contextmanager
def registry_of(run: Path, folder: Path) -> Iterator[Registry]:
    """A registry of two versions: the run, and the same with another file beside its weights."""
    registry = folder / "registry"
    publish = [sys.executable, "-m", "workup", "models", "publish", str(run), "--registry", str(registry)]
    subprocess.run(publish, check=True, stdout=subprocess.DEVNULL)
    opened = Registry(registry)
    first = opened.version("general", 1)
    made = of_version(first.folder)
    # Two versions of the same content are one model in memory; the second is other bytes that say the same.
    learned = folder / "fitted.json"
    learned.write_bytes(made.files["diagnoser/fitted.json"].read_bytes() + b"\n")
    store(opened, replace(made, files={**made.files, "diagnoser/fitted.json": learned}))
    promote(opened, first, override=WHY)
    yield opened


def exchanges(registry: Registry, folder: Path, clients: int = 8) -> dict[str, Any]:
    """Promote and roll back under load."""
    service = Service(folder, str(folder / "exchanges.db"), ["--registry", str(registry.folder)])
    asking = Clients(service, feedback=False)
    service.start()
    service.wait_ready()
    try:
        waits = asyncio.run(_exchange(asking, clients))
        found = compared(asking)
    finally:
        service.stop()
    replies = sorted(asking.replies, key=lambda reply: reply.at)
    served = [reply.told["version"] for reply in replies if reply.good]
    return {
        **found,
        "clients": clients,
        "exchanges": len(waits),
        "longest": max(waits),
        "not_answered": sum(not reply.good or not reply.clear for reply in replies),
        "held_back": sum(reply.told["stopped"] is not None for reply in replies if reply.good),
        "by_version": {name: served.count(name) for name in sorted(set(served))},
        "longest_answer": max(reply.at - reply.sent for reply in replies),
    }


async def _exchange(asking: Clients, clients: int) -> list[float]:
    """The seconds that each exchange took."""
    promotion = "/v1/models/promote", {"model": "general@2", "why": WHY, "override": WHY}
    back = "/v1/models/rollback", {"line": "general", "why": WHY}
    waits = []
    async with asking.at_work(clients):
        await asyncio.sleep(2)
        for number in range(EXCHANGES):
            begin = time.monotonic()
            answer = await asyncio.to_thread(asking.service.post, *(back if number % 2 else promotion))
            if answer.status_code != 200:
                raise SystemExit(f"an exchange failed: {answer.text}")
            waits.append(time.monotonic() - begin)
            enough = len(asking.replies) + 2 * clients
            await asking.until(lambda enough=enough: len(asking.replies) >= enough, 60)
    return waits


PARTS = ("kills", "exchanges", "outages", "damage")


def run(folder: Path, only: list[str]) -> None:
    """Run the parts, and keep the results of each as soon as it is done."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="workup-hardness-") as name:
        place = Path(name)
        own = place / "run"
        shutil.copytree(folder, own, ignore=shutil.ignore_patterns("checkpoints"))
        of_runs = {"kills": kills, "outages": outages}
        for part in PARTS:
            if part in only and part in of_runs:
                results[part] = of_runs[part](own, place)
                _keep(results)
        if {"exchanges", "damage"} & set(only):
            with registry_of(own, place) as registry:
                for part, measure in (("exchanges", exchanges), ("damage", damage)):
                    if part in only:
                        results[part] = measure(registry, place)
                        _keep(results)
    print(f"{time.monotonic() - begin:.0f} s")


def _keep(results: dict[str, Any]) -> None:
    kept = {part: results[part] for part in PARTS if part in results}
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    running = verbs.add_parser("run")
    running.add_argument("folder", type=Path, help="of a calibrated run")
    running.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    verbs.add_parser("show")
    options = parser.parse_args()
    if options.verb == "show":
        show(json.loads(RESULTS.read_text(encoding="utf-8")))
    else:
        run(options.folder.resolve(), options.only)


if __name__ == "__main__":
    main()
