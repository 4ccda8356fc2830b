"""A request that stores something may be sent again with its Idempotency-Key: nothing is stored twice.

As the IETF draft "The Idempotency-Key HTTP Header Field" has it. Where the database is all that is changed
(`once`), the answer is kept in the transaction that stores, so after a crash there are both or neither. Where
something else is (`once_apart`), a crash leaves a request of which nobody knows whether it was carried out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import Header
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workup.errors import WorkupError
from workup.serve.errors import Unavailable
from workup.serve.problems import RETRY_AFTER, Problem
from workup.serve.store.database import Database
from workup.serve.store.tables import Idempotent

REPLAYED = "Idempotent-Replayed"
# How long an answer is kept; and after which time a request that never ended died with its process.
_KEPT, _DEAD = timedelta(days=1), timedelta(minutes=1)
_UNKNOWN = (
    "nobody knows whether the first request with this Idempotency-Key was carried out: look what is so now, "
    "and send it with a new key if it is still wanted"
)
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,255}$",
        description="Any text of your own, such as a UUID: sent again, the first answer is given again.",
    ),
]


@dataclass(frozen=True)
class Sent:
    """A request that may be sent again: its caller's name for it, the caller, where it went, and its body."""

    key: str | None
    caller: str
    route: str
    body: BaseModel

    @property
    def digest(self) -> str:
        """SHA-256 of the body as it was understood, in hexadecimal."""
        return sha256(self.body.model_dump_json().encode()).hexdigest()


def once(database: Database, sent: Sent, work: Callable[[Session], BaseModel], status: int = 201) -> Response:
    """Do the work and answer with what it gives; sent again, answer the same without doing it.

    Raises:
        Problem: 409, the first one still runs; 422, the key was used with another body.
    """
    if sent.key is None:
        with database.session() as session:
            return _response(work(session).model_dump_json(), status)
    kept = _claimed(database, sent)
    if kept is not None:
        return _response(*kept, replayed=True)
    try:
        with database.session() as session:
            answer = work(session).model_dump_json()
            claim = _found(session, sent)
            if claim is None:  # it took so long that another one did it meanwhile, and forgot about it
                raise _running()
            claim.status, claim.answer = status, answer
    except BaseException:
        _release(database, sent)
        raise
    return _response(answer, status)


async def once_apart(
    database: Database, sent: Sent, work: Callable[[], Awaitable[BaseModel]], *, repeatable: bool
) -> Response:
    """The same, answered with 200, for work that is not done in a transaction of the database.

    Args:
        repeatable: whether work may be done again of which nobody knows whether it was done, because its
            process died. Else whoever sends it again is told to look.

    Raises:
        Problem: 409, the first one still runs, or may have been carried out; 422, the key was used with
            another body.
    """
    if sent.key is None:
        return _response((await work()).model_dump_json(), 200)
    kept = await to_thread.run_sync(_claimed, database, sent, repeatable)
    if kept is not None:
        return _response(*kept, replayed=True)
    try:
        answer = (await work()).model_dump_json()
    except BaseException as error:
        if repeatable or _is_refusal(error):
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(_release, database, sent)
        raise
    await to_thread.run_sync(_keep, database, sent, answer)
    return _response(answer, 200)


def _is_refusal(error: BaseException) -> bool:
    """Whether an error says that nothing was done."""
    return isinstance(error, Problem | WorkupError) and not isinstance(error, Unavailable)


def _keep(database: Database, sent: Sent, answer: str) -> None:
    """Keep an answer; where that cannot be done, it is given all the same."""
    with suppress(Unavailable), database.session() as session:
        claim = _found(session, sent)
        if claim is not None:
            claim.status, claim.answer = 200, answer


def _release(database: Database, sent: Sent) -> None:
    """Let a request that failed be sent again."""
    with suppress(Unavailable), database.session() as session:
        session.execute(delete(Idempotent).where(*_own(sent), Idempotent.status.is_(None)))


def _claimed(database: Database, sent: Sent, repeatable: bool = True) -> tuple[str, int] | None:
    """The answer that was given before; None: this request is the first, and now the one that runs."""
    now = datetime.now(UTC)
    try:
        with database.session() as session:
            session.execute(delete(Idempotent).where(Idempotent.at < now - _KEPT))
            found = _found(session, sent)
            if found is None:
                session.add(_claim(sent, now))
                return None
            if found.body != sent.digest:
                told = "this Idempotency-Key was used with another body; a new request needs a new key"
                raise Problem(422, told)
            if found.status is not None and found.answer is not None:
                return found.answer, found.status
            if now - found.at < _DEAD:
                raise _running()
            if not repeatable:
                raise Problem(409, _UNKNOWN)
            found.at = now
            return None
    except IntegrityError:  # PostgreSQL: another one claimed it after we had looked
        raise _running() from None


def _running() -> Problem:
    told = "the first request with this Idempotency-Key is not done yet; ask again"
    return Problem(409, told, headers={"Retry-After": str(RETRY_AFTER)})


def _own(sent: Sent) -> tuple[ColumnElement[bool], ...]:
    return (Idempotent.key == sent.key, Idempotent.caller == sent.caller, Idempotent.route == sent.route)


def _found(session: Session, sent: Sent) -> Idempotent | None:
    return session.scalar(select(Idempotent).where(*_own(sent)).with_for_update())


def _claim(sent: Sent, now: datetime) -> Idempotent:
    return Idempotent(key=sent.key, caller=sent.caller, route=sent.route, body=sent.digest, at=now)


def _response(answer: str, status: int, replayed: bool = False) -> Response:
    headers = {REPLAYED: "true"} if replayed else None
    return Response(answer, status, headers, media_type="application/json")
