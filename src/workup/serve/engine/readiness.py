"""Whether the models answer, and still as they did: each is asked its golden case again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workup.errors import WorkupError
from workup.serve.engine.probe import Said
from workup.serve.problems import Problem

if TYPE_CHECKING:
    from workup.serve.engine.batching import Batcher
    from workup.serve.engine.models import Held, Models

# Seconds for which a state holds: whoever asks for it every second costs a case now and then only.
HOLDS = 5.0


@dataclass(frozen=True)
class State:
    """Whether requests can be answered; `told` are sentences on what is wrong, also where they still can."""

    ready: bool
    told: tuple[str, ...] = ()


class Readiness:
    """Asks the models through the same queue as every request."""

    def __init__(self, models: Models, batcher: Batcher, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._models, self._batcher, self._clock = models, batcher, clock
        self._state, self._until = State(False, ("no model was asked yet",)), -1.0
        self._asking = asyncio.Lock()

    async def state(self) -> State:
        """As it was found some seconds ago at most. It never raises."""
        async with self._asking:
            if self._clock() >= self._until:
                self._state = await self._found()
                self._until = self._clock() + HOLDS
            return self._state

    async def _found(self) -> State:
        models, problems = self._models.all(), self._models.problems
        if not models:
            return State(False, tuple(problems or ["no model is loaded yet"]))
        faults = [fault for held in models if (fault := await self._fault(held))]
        return State(not faults, (*faults, *problems))

    async def _fault(self, held: Held) -> str | None:
        """What is wrong with a model; None: nothing. A full queue is much work, and no fault."""
        try:
            said = Said.of(await self._batcher.submit(held, held.probe.given, explain=False))
        except Problem as problem:
            return None if problem.status == 503 else f"{held.name} does not answer: {problem.detail}"
        except WorkupError as error:
            return f"{held.name} does not answer: {error}"
        except Exception as error:  # whatever it is, it is the answer to the question
            return f"{held.name} does not answer: {type(error).__name__}: {error}"
        if said.agrees(held.probe.said):
            return None
        return (
            f"{held.name} answers the golden case {held.probe.case.id} otherwise than when it was loaded: "
            f"{said}, and then {held.probe.said}"
        )
