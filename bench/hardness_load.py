"""A service in processes of its own, and clients that remember every answer they got from it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from bench.serve import free_port

from workup.clinic.cases import rows
from workup.serve.security.keys import Keys
from workup.serve.security.roles import Role
from workup.serve.store import Database

PATIENCE = 180.0  # seconds that it may take to be ready
MOST = 20_000  # requests of one load
PATHS = {"assess": "/v1/assessments", "feedback": "/v1/feedback"}
_PROBLEM = "application/problem+json"


class Service:
    """The service as `workup serve` starts it, with a key of every role."""

    def __init__(self, folder: Path, database: str, model: Sequence[str], workers: int = 1) -> None:
        """`model` are the options that name the run or the registry; `folder` keeps its log."""
        self.database, self.port = database, free_port()
        self.url, self.log = f"http://127.0.0.1:{self.port}", folder / "service.log"
        serve = [sys.executable, "-m", "workup", "serve", *model, "--database", database]
        self._command = [*serve, "--port", str(self.port), "--workers", str(workers)]
        opened = Database.open(database)
        with opened.session() as session:
            key = Keys().create(session, "bench", list(Role), by="bench")
        opened.close()
        self.headers = {"X-API-Key": key}

    def start(self) -> None:
        """Start it in a group of processes of its own."""
        environ = {**os.environ, "WORKUP_RATE": "1000000/second", "WORKUP_TIMEOUT": "120"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=environ, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill all of its processes at once (SIGKILL)."""
        with suppress(ProcessLookupError):  # it died of itself
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it as an operator would."""
        self._process.terminate()
        self._process.wait(60)

    def died(self) -> str | None:
        """The signal that ended it of itself, such as SIGBUS; None: it runs, or ended otherwise."""
        status = self._process.poll()
        return signal.Signals(-status).name if status is not None and status < 0 else None

    def workers(self) -> list[int]:
        """The processes that answer, where there are several."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        started = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
        return [pid for pid, command in started.items() if b"spawn_main" in command]

    def readiness(self) -> tuple[bool, list[str]]:
        """Whether it says that it is ready, and why not; asked over a connection of its own."""
        try:
            answer = httpx.get(f"{self.url}/v2/health/ready", timeout=30)
            return answer.status_code == 200, answer.json()["why"]
        except httpx.HTTPError as error:
            return False, [type(error).__name__]

    def wait_ready(self, times: int = 1) -> float:
        """Wait until it is ready, so many times in turn; the seconds that it took."""
        begin, good = time.monotonic(), 0
        while good < times:
            ready, why = self.readiness()
            good = good + 1 if ready else 0
            if self._process.poll() is not None or time.monotonic() - begin > PATIENCE:
                raise SystemExit(f"the service is not ready: {why}; its log ends:\n{self.log_end()}")
            time.sleep(0.1)
        return time.monotonic() - begin

    def log_end(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return httpx.post(self.url + path, json=body, headers=self.headers, timeout=150)


@dataclass(frozen=True)
class Reply:
    """What a client met.

    Attributes:
        what: assess or feedback; `request`: its id; `sent`, `at`: when it went out and when it was answered.
        status: of HTTP; None: the connection broke.
        clear: it is an answer of the service's own: as described, or a whole problem detail.
        told: what the body says of the event, the version, and what became of the feedback.
    """

    what: str
    request: str
    sent: float
    at: float
    status: int | None
    clear: bool
    told: dict[str, Any]

    @property
    def good(self) -> bool:
        return self.status is not None and self.status < 300


@dataclass
class Clients:
    """Clients that have cases assessed and, if they shall, send feedback on what they got."""

    service: Service
    feedback: bool = True
    replies: list[Reply] = field(default_factory=list)
    broken: list[tuple[dict[str, Any], str]] = field(default_factory=list)  # feedback, with its key
    ready: list[tuple[float, bool, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._texts, self._numbers, self._stopped = _texts(), count(), False

    @asynccontextmanager
    async def at_work(self, clients: int) -> AsyncIterator[None]:
        """Let so many send one request after the other until the block ends; readiness is asked beside."""
        self._stopped = False
        limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
        asked = {"base_url": self.service.url, "headers": self.service.headers, "limits": limits}
        async with httpx.AsyncClient(**asked, timeout=150) as session, asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._work(session))
            group.create_task(self._watch())
            try:
                yield
            finally:
                self._stopped = True

    def acknowledged(self) -> list[Reply]:
        """The answers to feedback that was taken."""
        return [reply for reply in self.replies if reply.good and reply.what == "feedback"]

    def since(self, begin: float, end: float) -> list[Reply]:
        """Replies to what was sent and answered between two moments."""
        return [reply for reply in self.replies if begin <= reply.sent and reply.at <= end]

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds, at most so long; whether it does."""
        end = time.monotonic() + seconds
        while not holds() and time.monotonic() < end:
            await asyncio.sleep(0.05)
        return holds()

    def send_again(self) -> Counter[int]:
        """Send the feedback again that got no answer, each with its key; the statuses of the answers."""
        found: Counter[int] = Counter()
        for body, key in self.broken:
            headers = {**self.service.headers, "Idempotency-Key": key}
            answer = httpx.post(self.service.url + PATHS["feedback"], json=body, headers=headers, timeout=60)
            found[answer.status_code] += 1
        return found

    async def _work(self, session: httpx.AsyncClient) -> None:
        while not self._stopped and (number := next(self._numbers)) < MOST:
            body = {"text": self._texts(number)}
            reply = await self._send(session, "assess", "/v1/assessments", body)
            if not reply.good:
                await asyncio.sleep(0.2)
            elif self.feedback:
                given = _verdict(reply.told, number)
                key = uuid4().hex
                said = await self._send(session, "feedback", "/v1/feedback", given, {"Idempotency-Key": key})
                if said.status is None:
                    self.broken.append((given, key))

    async def _send(
        self,
        session: httpx.AsyncClient,
        what: str,
        path: str,
        body: Any,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        request, sent = uuid4().hex, time.monotonic()
        status, clear, told = None, False, {}
        try:
            answer = await session.post(path, json=body, headers={**(headers or {}), "X-Request-ID": request})
            status, (clear, told) = answer.status_code, _understood(answer, request)
        except httpx.HTTPError:
            pass
        if what == "feedback":
            told = {**told, "event": body["event"]}
        reply = Reply(what, request, sent, time.monotonic(), status, clear, told)
        self.replies.append(reply)
        return reply

    async def _watch(self) -> None:
        while not self._stopped:
            ready, why = await asyncio.to_thread(self.service.readiness)
            self.ready.append((time.monotonic(), ready, why))
            await asyncio.sleep(0.25)


def _understood(answer: httpx.Response, request: str) -> tuple[bool, dict[str, Any]]:
    """Whether the answer is the service's own, and what it told."""
    try:
        body = answer.json()
    except ValueError:
        return False, {}
    if body.get("request") != request:
        return False, {}
    if answer.status_code < 300:
        names = ("event", "version", "outcome", "item", "diagnosis", "stopped")
        return True, {name: body[name] for name in names if name in body}
    whole = answer.headers["content-type"] == _PROBLEM and body["status"] == answer.status_code
    detail = ": ".join([str(body["detail"]), *(fault["detail"] for fault in body["errors"])])
    return whole and bool(body["title"] and body["detail"]), {"detail": detail}


def _texts() -> Callable[[int], str]:
    """Cases that nobody has sent before: the first half of one and the second half of another."""
    known = [str(row.values["text"]).split(". ") for row in rows() if row.values["use"] == "validation"]

    def text(number: int) -> str:
        begin, end = known[number % len(known)], known[(number * 7 + number // len(known) + 1) % len(known)]
        return ". ".join([*begin[: (len(begin) + 1) // 2], *end[len(end) // 2 :]])

    return text


def _verdict(told: dict[str, Any], number: int) -> dict[str, Any]:
    """What a client says of an answer."""
    given: dict[str, Any] = {"event": told["event"]}
    if told["diagnosis"] is None or number % 3 == 0:
        other = "Migraine" if told["diagnosis"] == "Gout" else "Gout"
        return {**given, "verdict": "corrected", "diagnosis": other}
    if number % 3 == 1:
        return {**given, "verdict": "accepted"}
    return {**given, "verdict": "rejected", "reason": "it does not fit"}
