"""What clients were told, beside what the database holds afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bench.hardness_load import Clients, Reply
from sqlalchemy import select

from workup.learning.tables import Item
from workup.serve.store import Database
from workup.serve.store.tables import Event


def compared(clients: Clients) -> dict[str, Any]:
    """What the clients were told, beside what the database holds and `workup audit verify` says."""
    opened = Database.open(clients.service.database, create=False)
    with opened.reading() as session:
        events = list(session.scalars(select(Event)))
        items = set(session.scalars(select(Item.id)))
    opened.close()
    answers = {(event.request, event.id) for event in events if event.action == "assess"}
    kept = [
        (event.told["event"], event.told["outcome"], event.told["item"])
        for event in events
        if event.action == "feedback"
    ]
    stored = Counter(event for event, *_ in kept)
    answered = [reply for reply in clients.replies if reply.good and reply.what == "assess"]
    taken = clients.acknowledged()
    told = [(reply.told["event"], reply.told["outcome"], reply.told["item"]) for reply in taken]
    sent = {reply.told["event"] for reply in clients.replies if reply.what == "feedback"}
    known = set(kept)
    return {
        "requests": len(clients.replies),
        "answers": len(answered),
        "answers_missing": sum((reply.request, reply.told["event"]) not in answers for reply in answered),
        "feedback": len(taken),
        "quarantined": sum(item is not None for *_, item in told),
        "feedback_lost": sum(
            one not in known or (one[2] is not None and one[2] not in items) for one in told
        ),
        "stored_twice": sum(times > 1 for times in stored.values()),
        "unanswered": sum(reply.status is None for reply in clients.replies),
        "stored_unanswered": len(stored.keys() & sent - {one[0] for one in told}),
        "surprises": dict(Counter(_surprises(clients.replies))),
        "statuses": {str(status): times for status, times in sorted(_statuses(clients.replies).items())},
        "audit": verified(clients.service.database),
    }


def _statuses(replies: Sequence[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies if reply.status is not None)


def _surprises(replies: Sequence[Reply]) -> Iterator[str]:
    """Answers that are neither good nor a clear 503, in words."""
    for reply in replies:
        if reply.status is not None and not reply.good and not (reply.status == 503 and reply.clear):
            yield f"{reply.what}: {reply.status} {reply.told.get('detail')}"


def verified(database: str) -> dict[str, Any]:
    """What `workup audit verify` says."""
    command = [sys.executable, "-m", "workup", "audit", "verify", "--json", "--database", database]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1) or not done.stdout:
        raise SystemExit(f"workup audit verify failed: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
