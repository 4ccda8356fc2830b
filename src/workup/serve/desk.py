"""The desk: the one way to an answer, whichever route asks.

    case -> length -> identifiers -> switches -> version -> model -> switches -> audit -> answer

Identifiers are taken out first, so that what the model reads is what is kept, and asking again gives the same
answer. Red flags come from rules; they are given where a switch stops the answer and where the model fails.
An answer that cannot be written down is not given.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from anyio import to_thread
from sqlalchemy.orm import Session

from workup.clinic.assess.assessment import Assessment
from workup.clinic.deidentify import deidentify
from workup.clinic.deidentify.rows import deidentify_row
from workup.data.rows import Row
from workup.errors import WorkupError
from workup.serve import switches
from workup.serve.audit.chain import Entry, extend
from workup.serve.audit.record import ASSESS, record
from workup.serve.engine.batching import Batcher
from workup.serve.engine.models import Held, Models
from workup.serve.errors import Unavailable
from workup.serve.problems import Fault, Problem, unavailable
from workup.serve.security.roles import Caller
from workup.serve.settings import Settings
from workup.serve.store.database import Database
from workup.serve.store.tables import Switch
from workup.serve.store.together import Together
from workup.serve.withheld import withheld

Given = str | Mapping[str, str]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What is given out.

    Attributes:
        request: the id of the request; `event`: the number of the answer in the audit.
        version, checksum: of the model that answered, or would have; empty where there is none.
        why: why this version.
        stopped: why there is no answer of the model: a switch is off, or it failed. None: there is one.
    """

    request: str
    event: int
    assessment: Assessment
    version: str
    checksum: str
    why: str
    stopped: str | None
    received: datetime


@dataclass(frozen=True)
class _Reply:
    """An assessment on its way out, and whose it is."""

    assessment: Assessment
    held: Held | None
    why: str
    stopped: str | None = None

    @property
    def version(self) -> str:
        """Of the model; empty where there is none."""
        return self.held.name if self.held else ""

    @property
    def checksum(self) -> str:
        """The same of its checksum."""
        return self.held.checksum if self.held else ""


@dataclass(frozen=True)
class _Asked:
    """A case without identifiers, and what is kept beside it: who asked, when, and the `details`."""

    given: Given
    caller: str
    request: str
    received: datetime
    details: Mapping[str, Any]


class Desk:
    """Takes cases in and gives answers out, of one process."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        models: Models,
        batcher: Batcher,
        answered: Callable[[str, Assessment, bool], object] = lambda version, answer, stopped: None,
    ) -> None:
        """`answered` is told the version and the assessment of every answer, and whether it was stopped."""
        self._settings, self._models, self._batcher, self._answered = settings, models, batcher, answered
        self._intake = Together(database.reading, _received)
        self._audit = Together(database.session, _kept)

    def warm(self) -> None:
        """Read the lists of names and of findings, which takes seconds: else the first case would wait."""
        withheld(deidentified("Maria has a cough."), "", None)

    async def assess(
        self,
        given: Given,
        *,
        caller: Caller,
        request: str,
        specialty: str | None = None,
        explain: bool = False,
        more: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Answer a case, in free words or as columns of text.

        Args:
            specialty: whose model is asked, where it has one.
            explain: also say what speaks for and against the diagnosis, which takes several times as long.
            more: what else the audit keeps of the request.

        Raises:
            Problem: 422, it is too long; 503, too many wait; 504, it took too long.
            WorkupError: it cannot be assessed, there is no such specialty, or (Unavailable) no database.
        """
        received = datetime.now(UTC)
        self._require_short(given)
        clean, stopped = await self._intake.do((given, specialty))
        reply = await self._reply(clean, specialty, explain, stopped)
        raw = {"raw": given} if self._settings.keep_raw else {}
        details = {"specialty": specialty, "explain": explain, **raw, **(more or {})}
        answer = await self._audit.do((_Asked(clean, caller.name, request, received, details), reply))
        self._answered(answer.version, answer.assessment, answer.stopped is not None)
        return answer

    async def stream(
        self,
        many: Iterable[tuple[Given, str | None]],
        *,
        caller: Caller,
        request: str,
        explain: bool = False,
    ) -> AsyncIterator[Answer]:
        """Answer cases, each with its specialty, in their order; a few are on their way at a time.

        Raises:
            Problem: of the first case that has one, named by its place from 0; the rest is not answered.
        """
        ahead = 2 * self._settings.batch_size
        running: deque[asyncio.Task[Answer]] = deque()
        try:
            for place, (given, specialty) in enumerate(many):
                case = self._case(place, given, caller, request, specialty, explain)
                running.append(asyncio.create_task(case))
                if len(running) == ahead:
                    yield await running.popleft()
            while running:
                yield await running.popleft()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _case(
        self, place: int, given: Given, caller: Caller, request: str, specialty: str | None, explain: bool
    ) -> Answer:
        try:
            return await self.assess(
                given, caller=caller, request=request, specialty=specialty, explain=explain
            )
        except Unavailable as error:
            raise unavailable(str(error)) from error
        except WorkupError as error:
            fault = Fault(field=f"cases.{place}", detail=str(error))
            raise Problem(422, f"case {place} cannot be assessed", [fault]) from None

    def _require_short(self, given: Given) -> None:
        longest = self._settings.max_text
        size = len(given) if isinstance(given, str) else sum(map(len, given.values()))
        if size > longest:
            told = f"the case has {size} characters, and at most {longest} are taken; shorten it"
            raise Problem(422, told)

    async def _reply(self, given: Given, specialty: str | None, explain: bool, stopped: str | None) -> _Reply:
        try:
            held, why = self._models.of(specialty)
        except Unavailable as error:
            return await self._without(given, stopped or str(error), None, "")
        if stopped:
            return await self._without(given, stopped, held, why)
        try:
            said = await self._batcher.submit(held, given, explain)
        except (WorkupError, Problem):
            raise
        except Exception:  # of the model's making, and no reason to keep a red flag back
            _log.exception("%s failed on a case", held.name)
            return await self._without(given, f"{held.name} failed on this case", held, why)
        return _Reply(replace(said, model=replace(said.model, name=held.name)), held, why)

    async def _without(self, given: Given, stopped: str, held: Held | None, why: str) -> _Reply:
        return _Reply(await to_thread.run_sync(withheld, given, stopped, held), held, why, stopped)


def _received(session: Session, cases: Sequence[tuple[Given, str | None]]) -> list[tuple[Given, str | None]]:
    """Cases, each with its specialty: without identifiers, and why each may not be put to a model."""
    off = switches.off(session)
    return [(deidentified(given), switches.stops_request(off, specialty)) for given, specialty in cases]


def _kept(session: Session, told: Sequence[tuple[_Asked, _Reply]]) -> list[Answer]:
    """Answers, each unless a switch holds it back now, written down in the audit."""
    off = switches.off(session)
    given = [(asked, _unless(off, asked, reply)) for asked, reply in told]
    events = extend(session, [_entry(asked, reply) for asked, reply in given])
    return [
        Answer(
            request=asked.request,
            event=event.id,
            assessment=reply.assessment,
            version=reply.version,
            checksum=reply.checksum,
            why=reply.why,
            stopped=reply.stopped,
            received=asked.received,
        )
        for (asked, reply), event in zip(given, events, strict=True)
    ]


def _unless(off: Mapping[str, Switch], asked: _Asked, reply: _Reply) -> _Reply:
    """A reply, or what is given in its place where a switch holds it back."""
    stopped = None if reply.stopped else switches.stops_answer(off, reply.assessment)
    if stopped is None:
        return reply
    return replace(reply, assessment=withheld(asked.given, stopped, reply.held), stopped=stopped)


def _entry(asked: _Asked, reply: _Reply) -> Entry:
    written = record(asked.given, reply.assessment, why=reply.why, stopped=reply.stopped, **asked.details)
    return Entry(ASSESS, asked.caller, asked.request, reply.version, reply.checksum, written)


def deidentified(given: Given) -> Given:
    """A case without identifiers; in columns, the name of each is a cue to what stands in it."""
    if isinstance(given, str):
        return deidentify(given).text
    row, _ = deidentify_row(Row(given, ""))
    return row.values
