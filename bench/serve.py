"""How many requests a second does the service answer, how long does one wait, and does its memory stay flat?

    .venv/bin/python -m bench.serve run RUN [--seconds 20] [--rounds 3] [--workers 1]
    .venv/bin/python -m bench.serve memory RUN [--requests 100000]
    .venv/bin/python -m bench.serve show

RUN is a calibrated run, such as runs/diagnoser. Two real uvicorn processes listen on 127.0.0.1: the service,
with all it does for an answer (key, identifiers, calibrated differential, red flags, audit on SQLite), and
`naive_server.py`, which only generates, asked in each of its ways. 1, 8 and 64 clients send the validation
cases of the case book, each the next one as soon as it has an answer. They take turns, `--rounds` times, so
that all meet the same machine; each turn lasts `--seconds`. The clients run on the same cores, so let nothing
else run there: a server with more threads gets the larger share of a core that it must divide with others.
WORKUP_ENGINE=bfloat16 measures that engine.

`memory`: 64 clients send `--requests` to the service, and the memory of its process is read (VmRSS) twenty
times; what was read is kept each time. Both write bench/results/serve.json, `show` the table of it into
docs/service.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from bench.page import fill

from workup.clinic.cases import rows
from workup.serve.security.keys import Keys
from workup.serve.security.roles import Role
from workup.serve.store import Database

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "serve.json"
PAGE = HERE.parent / "docs" / "service.md"
CLIENTS = (1, 8, 64)
# The ways in which the naive server can be asked, by the names of their rows.
NAIVE = {"naive": "/predict", "naive, in turn": "/predict-in-turn", "naive, ten answers": "/differential"}
WARM = 24  # requests before anything is measured
START = 600.0  # seconds that a server may take until it is ready
POINTS = 20  # readings of the memory


@dataclass
class Server:
    """A process that answers, and how it is asked."""

    name: str
    process: subprocess.Popen[bytes]
    url: str
    ready: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def megabytes(self) -> float:
        """Resident memory of the process and its children."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(_resident(int(pid)) for pid in [self.process.pid, *children])


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(name: str, command: list[str], environ: dict[str, str], **asked: Any) -> Iterator[Server]:
    """A server in a process of its own, until it answers; ended with the block."""
    process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    server = Server(name, process, **asked)
    try:
        begin = time.monotonic()
        while not _answers(server):
            if process.poll() is not None or time.monotonic() - begin > START:
                raise SystemExit(f"{name} did not start: {' '.join(command)}")
            time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def _answers(server: Server) -> bool:
    try:
        return httpx.get(server.url + server.ready, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def naive(run: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "bench.naive_server:app", "--port", str(port)]
    environ = {"WORKUP_NAIVE": str(run)}
    url = f"http://127.0.0.1:{port}"
    with started(
        "naive", [*command, "--no-access-log"], environ, url=url, ready="/docs", path="/predict"
    ) as s:
        yield s


@contextmanager
def service(run: Path, folder: Path, workers: int) -> Iterator[Server]:
    port, database = free_port(), str(folder / "bench.db")
    opened = Database.open(database)
    with opened.session() as session:
        key = Keys().create(session, "bench", [Role.CLINICIAN], by="bench")
    opened.close()
    command = [sys.executable, "-m", "workup", "serve", "--run", str(run), "--database", database]
    environ = {"WORKUP_RATE": "1000000/second"}
    with started(
        "service",
        [*command, "--port", str(port), "--workers", str(workers)],
        environ,
        url=f"http://127.0.0.1:{port}",
        ready="/v2/health/ready",
        path="/v1/assessments",
        headers={"X-API-Key": key},
    ) as server:
        yield server


@dataclass
class Load:
    """What clients met: seconds of every answer, and how many requests were not answered with 200."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    lasted: float = 0.0

    def add(self, other: Load) -> None:
        self.seconds += other.seconds
        self.failed += other.failed
        self.lasted += other.lasted

    def to_json(self) -> dict[str, float]:
        cuts = statistics.quantiles(self.seconds, n=100, method="inclusive")
        return {
            "answered": len(self.seconds),
            "failed": self.failed,
            "per_second": len(self.seconds) / self.lasted,
            "p50": cuts[49],
            "p95": cuts[94],
            "p99": cuts[98],
        }


async def load(server: Server, clients: int, texts: list[str], goes_on: Callable[[int], bool]) -> Load:
    """Send requests from so many clients for as long as `goes_on`, which is told how many were sent."""
    found, sent, requests = Load(), count(), [request(server, text) for text in texts]
    at = httpx.URL(server.url)

    async def client() -> None:
        reader, writer = await asyncio.open_connection(at.host, at.port)
        while goes_on(number := next(sent)):
            begin = time.perf_counter()
            writer.write(requests[number % len(texts)])
            if await status(reader) == 200:
                found.seconds.append(time.perf_counter() - begin)
            else:
                found.failed += 1
                writer.close()
                reader, writer = await asyncio.open_connection(at.host, at.port)
        writer.close()

    begin = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    found.lasted = time.perf_counter() - begin
    return found


def request(server: Server, text: str) -> bytes:
    """A request in HTTP/1.1, made beforehand: what clients do takes from the cores that the server has."""
    body = json.dumps({"text": text}).encode()
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json", **server.headers}
    lines = [f"POST {server.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


async def status(reader: asyncio.StreamReader) -> int | None:
    """The status of an answer that is read to its end; None: the connection broke, or it took minutes."""
    try:
        async with asyncio.timeout(120):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
    except (OSError, EOFError, TimeoutError):  # an asyncio.IncompleteReadError is an EOFError
        return None
    return int(head.split()[1])


def until(seconds: float) -> Callable[[int], bool]:
    end = time.monotonic() + seconds
    return lambda sent: time.monotonic() < end


def speed(servers: list[Server], texts: list[str], seconds: float, rounds: int) -> list[dict[str, Any]]:
    found = {(server.name, clients): Load() for server in servers for clients in CLIENTS}
    for server in servers:
        asyncio.run(load(server, 4, texts, lambda sent: sent < WARM))
    for turn in range(rounds):
        for clients in CLIENTS:
            for server in servers:
                met = asyncio.run(load(server, clients, texts, until(seconds)))
                found[server.name, clients].add(met)
                rate = len(met.seconds) / met.lasted
                print(f"round {turn + 1}, {clients:2} clients, {server.name}: {rate:.1f}/s", flush=True)
    return [{"server": name, "clients": clients, **met.to_json()} for (name, clients), met in found.items()]


def memory(server: Server, texts: list[str], requests: int) -> Iterator[dict[str, float]]:
    """Resident megabytes before, and after every twentieth part of the requests."""
    part = max(1, requests // POINTS)
    yield {"requests": 0.0, "megabytes": server.megabytes, "failed": 0.0}
    for point in range(1, POINTS + 1):
        met = asyncio.run(load(server, CLIENTS[-1], texts, lambda sent: sent < part))
        found = {"requests": float(point * part), "megabytes": server.megabytes, "failed": float(met.failed)}
        print(", ".join(f"{name}: {number:.0f}" for name, number in found.items()), flush=True)
        yield found


def texts() -> list[str]:
    """The validation cases of the case book."""
    return [str(row.values["text"]) for row in rows() if row.values["use"] == "validation"]


def run(folder: Path, seconds: float, rounds: int, workers: int) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        naive(folder) as plain,
        service(folder, Path(name), workers) as ours,
    ):
        servers = [*(replace(plain, name=name, path=path) for name, path in NAIVE.items()), ours]
        speeds = speed(servers, cases := texts(), seconds, rounds)
    measured = {
        "cores": len(os.sched_getaffinity(0)),
        "workers": workers,
        "texts": len(cases),
        "seconds": seconds * rounds,
        "speed": speeds,
    }
    print(table(keep(measured, workers), measured))


def run_memory(folder: Path, requests: int) -> None:
    with tempfile.TemporaryDirectory() as name, service(folder, Path(name), workers=1) as ours:
        found: list[dict[str, float]] = []
        for point in memory(ours, texts(), requests):
            found.append(point)
            if len(found) > 1:
                keep({"memory": found})
        print(_remembered(found))


def keep(measured: dict[str, Any], workers: int = 1) -> str:
    """Put what was measured of the engine beside what is known of it, under the name that is returned."""
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    engine = os.environ.get("WORKUP_ENGINE", "float32")
    name = engine if workers == 1 else f"{engine}, {workers} processes"
    known[name] = {**known.get(name, {}), **measured}
    RESULTS.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    return name


def page(results: dict[str, dict[str, Any]]) -> str:
    """The figures in Markdown, of one engine after the other."""
    return "\n\n".join(table(engine, measured) for engine, measured in results.items())


def table(engine: str, results: dict[str, Any]) -> str:
    """The figures of one engine."""
    lines = [
        f"### In {engine}",
        "",
        "| clients | server | requests a second | | p50 | p95 | p99 | failed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    by_server = {(one["server"], one["clients"]): one for one in results["speed"]}
    for clients in CLIENTS:
        ours = by_server["service", clients]
        for name in NAIVE:
            plain = by_server[name, clients]
            lines.append(
                _row(clients, name, plain, f"the service {ours['per_second'] / plain['per_second']:.1f}x")
            )
        lines.append(_row(clients, "service", ours, ""))
    lines += [
        "",
        f"Each row is {results['seconds']:g} s of {results['texts']} validation cases in turn, on "
        f"{results['cores']} cores that the clients share; {results['workers']} process"
        f"{'es' if results['workers'] > 1 else ''} of the service.",
    ]
    if "memory" in results:
        lines += ["", _remembered(results["memory"])]
    return "\n".join(lines)


def _remembered(points: list[dict[str, float]]) -> str:
    begin, *later = points
    sizes = [point["megabytes"] for point in later]
    failed = sum(point["failed"] for point in later)
    return (
        f"**Memory over {later[-1]['requests']:,.0f} requests** of 64 clients, of which {failed:.0f} failed: "
        f"{begin['megabytes']:.0f} MB before, {sizes[0]:.0f} after {later[0]['requests']:,.0f}, then "
        f"{min(sizes[1:]):.0f} to {max(sizes[1:]):.0f} MB, {sizes[-1]:.0f} MB at the end."
    )


def _row(clients: int, name: str, one: dict[str, float], times: str) -> str:
    waits = " | ".join(f"{1000 * one[name]:,.0f} ms" for name in ("p50", "p95", "p99"))
    return f"| {clients} | {name} | {one['per_second']:.1f} | {times} | {waits} | {one['failed']:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    running = verbs.add_parser("run")
    running.add_argument("folder", type=Path, help="of a calibrated run")
    running.add_argument("--seconds", type=float, default=20)
    running.add_argument("--rounds", type=int, default=3)
    running.add_argument("--workers", type=int, default=1)
    filling = verbs.add_parser("memory")
    filling.add_argument("folder", type=Path, help="of a calibrated run")
    filling.add_argument("--requests", type=int, default=100_000)
    verbs.add_parser("show")
    options = parser.parse_args()
    if options.verb == "show":
        fill(PAGE, "<!-- table -->\n", "<!-- end -->", page(json.loads(RESULTS.read_text(encoding="utf-8"))))
    elif options.verb == "memory":
        run_memory(options.folder.resolve(), options.requests)
    else:
        run(options.folder.resolve(), options.seconds, options.rounds, options.workers)


if __name__ == "__main__":
    main()
