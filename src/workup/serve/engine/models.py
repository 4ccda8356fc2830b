"""The models in memory: one for each content, whatever number of lines it serves, and exchanged under way.

A version that newly serves is loaded beside the old one and asked a golden case; only then the two are
exchanged, by one assignment. Requests that were given the old one still hold it, and with the last of them it
is gone. What cannot be loaded changes nothing: the old one goes on, the problem is told, and it is tried
again for as long as it should serve.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakValueDictionary

from workup.errors import RegistryError, WorkupError
from workup.registry.router import choose
from workup.serve.engine.lasting import set_apart
from workup.serve.engine.probe import Probe
from workup.serve.engine.sources import Wanted, source_of
from workup.serve.errors import Unavailable

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser
    from workup.serve.settings import Settings

# Seconds until what could not be loaded is tried again: a trial reads every byte of it.
AGAIN = 10.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """A model in memory, under the name and checksum of the version that it is.

    Attributes:
        name: of the version, such as general@3, or of the run.
        probe: a golden case, and what the model said of it when it was loaded.
    """

    name: str
    checksum: str
    diagnoser: Diagnoser
    probe: Probe


class Models:
    """The models of one process."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is loaded yet. `clock` tells seconds."""
        self._source, self._clock = source_of(settings), clock
        # By line. It is exchanged as a whole, so that it can be read without the lock.
        self._held: Mapping[str, Held] = {}
        self._diagnosers: WeakValueDictionary[str, Diagnoser] = WeakValueDictionary()  # by content
        self._probes: WeakKeyDictionary[Diagnoser, Probe] = WeakKeyDictionary()
        self._problems: dict[str, str] = {}  # by the name of the model
        self._again: dict[str, float] = {}
        self._lock = Lock()

    def load(self) -> None:
        """Load what serves, which takes seconds. A damaged model is a problem that `refresh` may see mended.

        Raises:
            WorkupError: there is no registry or no run where the settings say.
        """
        self._source.require()
        self.refresh()

    def of(self, specialty: str | None) -> tuple[Held, str]:
        """The model that answers a case of a specialty, and why that one.

        Raises:
            RegistryError: there is no such specialty, or no version serves it or in general.
            Unavailable: no model could be loaded.
        """
        held = self._held
        if not held:
            raise Unavailable(f"no model can answer now: {'; '.join(self.problems) or 'none is loaded yet'}")
        return choose(held.get, specialty)

    def all(self) -> list[Held]:
        """The versions in memory, by line."""
        return [held for _, held in sorted(self._held.items())]

    @property
    def names(self) -> dict[str, str]:
        """The name of the version in memory, by line."""
        return {line: held.name for line, held in self._held.items()}

    @property
    def problems(self) -> list[str]:
        """What could not be loaded or read, a sentence each."""
        return list(self._problems.values())

    def refresh(self, since: Mapping[str, str] | None = None) -> list[str]:
        """Load what newly serves, and exchange it for what it follows; blocking, from any thread.

        Returns:
            What changed since `names` were `since`, whichever thread exchanged it; without it, what changed
            now. A sentence each.
        """
        with self._lock:
            held = self.names
            self._exchange_all()
            if held and self.names != held:
                set_apart()
            before = held if since is None else since
            changed = [(line, name) for line, name in self.names.items() if before.get(line) != name]
            return [_told(name, line, before.get(line)) for line, name in changed]

    def _exchange_all(self) -> None:
        try:
            serving = self._source.serving()
        except (WorkupError, OSError) as error:
            self._problems = {**self._problems, "": f"what serves cannot be read: {error}"}
            return
        held = self.names
        new = {line: name for line, name in serving.items() if held.get(line) != name}
        self._problems = {name: told for name, told in self._problems.items() if name in new.values()}
        for line, name in new.items():
            self._exchange(line, name)

    def _exchange(self, line: str, name: str) -> None:
        if self._clock() < self._again.get(name, 0.0):
            return
        before = self.names.get(line)
        try:
            held = self._loaded(self._source.wanted(line))
        except Exception as error:  # whatever is wrong with it, the old one has to go on
            self._again[name] = self._clock() + AGAIN
            told = str(error) if isinstance(error, WorkupError) else f"{type(error).__name__}: {error}"
            self._problems[name] = f"{name} cannot be loaded, {_instead(before)}: {told}"
            _log.warning("%s", self._problems[name], exc_info=not isinstance(error, WorkupError))
            return
        self._problems.pop(name, None)
        self._held = {**self._held, line: held}
        _log.info("%s", _told(held.name, line, before))

    def _loaded(self, wanted: Wanted) -> Held:
        """A model that answers its golden case as it did when it was published.

        Raises:
            RegistryError: it does not; and whatever can be wrong with its files.
        """
        there = self._diagnosers.get(wanted.content)
        if there is not None:  # and at work, so that it must not be asked from this thread
            return Held(wanted.name, wanted.checksum, there, self._probes[there])
        diagnoser = wanted.load()
        _take_into_memory(diagnoser)
        probe = Probe.ask(diagnoser, wanted.cases)
        if probe.case.id in wanted.passed and not probe.right:
            raise RegistryError(
                f"{wanted.name} was right on the golden case {probe.case.id} when it was published, and here "
                f"it is not: it says {probe.said}"
            )
        self._diagnosers[wanted.content], self._probes[diagnoser] = diagnoser, probe
        return Held(wanted.name, wanted.checksum, diagnoser, probe)


def _take_into_memory(diagnoser: Diagnoser) -> None:
    """Copy the weights: they are mapped from their file, and a file cut short would end the process."""
    model = diagnoser.run.predictor.model
    for tensor in (*model.parameters(), *model.buffers()):
        tensor.data = tensor.data.clone()


def _told(name: str, line: str, before: str | None) -> str:
    return f"{name} serves {line}" + (f" in place of {before}" if before else "")


def _instead(before: str | None) -> str:
    return "nothing serves in its place" if before is None else f"{before} goes on"
