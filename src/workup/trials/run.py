"""Runs trials side by side, each in a fresh process, and remembers their outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workup.errors import Interrupted
from workup.trials.executors import Executor, Processes, Ray
from workup.trials.journal import Journal
from workup.trials.process import AnyTrial
from workup.trials.trial import Outcome


@dataclass(frozen=True)
class Known:
    """The trial at `position` is in the journal: it is not run again."""

    position: int
    outcome: Outcome


@dataclass(frozen=True)
class Started:
    """The trial at `position` has begun."""

    position: int


@dataclass(frozen=True)
class Progress:
    """The trial at `position` has made `step` of `steps` optimizer steps."""

    position: int
    step: int
    steps: int


@dataclass(frozen=True)
class Finished:
    """The trial at `position` is done, and its outcome is in the journal."""

    position: int
    outcome: Outcome


Event = Known | Started | Progress | Finished
Watch = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The watcher of trials that nobody watches."""


class Runner:
    """Runs trials and keeps their outcomes in `folder/journal.jsonl`; used in a `with` block.

    Its processes stay from one call of `run` to the next, so a trial need not load the libraries anew.

    Args:
        workers: how many trials run at a time on this machine.
        ray: the address of a Ray cluster that runs them instead, as many as it has room for; "local"
            starts one here. Needs `workup[ray]`.

    Raises:
        RunError: the journal is damaged.
        SaveError: the folder cannot be written.
    """

    def __init__(self, folder: Path, *, workers: int = 1, ray: str | None = None) -> None:
        self.workers = workers
        self._ray = ray
        self._journal = Journal(folder)
        self._open = ExitStack()
        self._executor: Executor | None = None

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *ended: object) -> None:
        self._open.close()

    def run(self, trials: Sequence[AnyTrial], watch: Watch = ignore) -> list[Outcome]:
        """See the function `run`."""
        positions: dict[str, list[int]] = {}
        for position, trial in enumerate(trials):
            positions.setdefault(trial.key, []).append(position)
        outcomes = {key: known for key in positions if (known := self._journal.get(key)) is not None}
        for key, outcome in outcomes.items():
            for position in positions[key]:
                watch(Known(position, outcome))
        left = {key: places for key, places in positions.items() if key not in outcomes}
        try:
            for key, outcome in self._finished(trials, left, watch) if left else ():
                outcomes[key] = outcome
                self._journal.add(key, outcome, trials[positions[key][0]].to_json())
                for position in positions[key]:
                    watch(Finished(position, outcome))
        except KeyboardInterrupt:
            kept = len(self._journal)
            raise Interrupted(
                f"stopped; {kept} finished trial{'s are' if kept != 1 else ' is'} kept in "
                f"{self._journal.path}. Go on with: the same command"
            ) from None
        by_position = {place: outcomes[key] for key, places in positions.items() for place in places}
        return [by_position[position] for position in range(len(trials))]

    def _finished(
        self, trials: Sequence[AnyTrial], left: Mapping[str, Sequence[int]], watch: Watch
    ) -> Iterator[tuple[str, Outcome]]:
        """Run one trial of every key; keys and outcomes as they come."""
        executor = self._executor
        if executor is None:
            made: Executor = Ray(self._ray) if self._ray is not None else Processes(self.workers)
            self._executor = executor = self._open.enter_context(made)
        running = {
            executor.submit(
                trials[places[0]],
                partial(_tell, watch, Started, places),
                partial(_tell, watch, Progress, places),
            ): key
            for key, places in left.items()
        }
        while running:
            # With a timeout, because Ctrl-C is not heard while waiting for ever on some systems.
            for future in wait(running, timeout=1.0, return_when="FIRST_COMPLETED").done:
                yield running.pop(future), future.result()


def _tell(watch: Watch, event: Callable[..., Event], places: Sequence[int], *values: int) -> None:
    for position in places:
        watch(event(position, *values))


def run(
    trials: Sequence[AnyTrial],
    folder: Path,
    *,
    workers: int = 1,
    ray: str | None = None,
    watch: Watch = ignore,
) -> list[Outcome]:
    """Run every trial that `folder/journal.jsonl` does not hold, and return all outcomes in order.

    A trial that fails has an outcome with an `error`; it is run again the next time it is asked for. Equal
    trials are run once. `watch` may be called from several threads. Workers and ray: see `Runner`.

    Raises:
        Interrupted: Ctrl-C; what is finished is in the journal, and the same call goes on from there.
        RunError: the journal is damaged, or there is no such Ray cluster.
        SaveError: the folder cannot be written, or the disk is full.
    """
    with Runner(folder, workers=workers, ray=ray) as runner:
        return runner.run(trials, watch)
