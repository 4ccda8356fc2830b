"""Where trials run: in processes of this machine, or in tasks of a Ray cluster. One seam, two ways."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from workup.errors import RunError
from workup.trials.process import AnyTrial, Hosts, Step, execute
from workup.trials.trial import Outcome

# Seconds until the head of a cluster must have answered.
_PATIENCE = 5.0


class Executor(Protocol):
    """Runs trials; inside its `with` block only."""

    def __enter__(self) -> Executor:
        """Begin."""

    def __exit__(self, *ended: object) -> None:
        """End what still runs."""

    def submit(self, trial: AnyTrial, started: Callable[[], None], step: Step) -> Future[Outcome]:
        """Have the trial run as soon as there is room; `started` and `step` are called as it goes."""


class Processes:
    """At most `workers` processes of this machine at a time; leaving the block ends those that still run."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="trial")
        # Side by side, each on its share of the cores; alone, a training chooses for itself.
        self._hosts = Hosts(threads=None if workers == 1 else max(1, cores() // workers))

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *ended: object) -> None:
        self._hosts.kill()
        self._pool.shutdown(cancel_futures=True)
        self._hosts.close()

    def submit(self, trial: AnyTrial, started: Callable[[], None], step: Step) -> Future[Outcome]:
        """See `Executor`."""

        def run() -> Outcome:
            started()
            return self._hosts.run(trial, step)

        return self._pool.submit(run)


class Ray:
    """Tasks of a Ray cluster, one CPU each; every machine of it must see the recipe's files.

    Of a task only its end is heard: no steps.

    Raises:
        RunError: Ray is not installed, or there is no cluster at the address.
    """

    def __init__(self, address: str) -> None:
        try:
            import ray
        except ImportError:
            raise RunError("Ray is not installed; install it with: pip install 'workup[ray]'") from None
        self._ray: Any = ray
        self._mine = not ray.is_initialized()
        self._tasks: list[Any] = []
        if self._mine:
            _reach(address)
            try:
                ray.init(None if address == "local" else address, log_to_driver=False, logging_level="error")
            except Exception as error:
                reason = str(error).strip().splitlines()[0]
                raise RunError(f"there is no Ray cluster at {address!r}: {reason}") from None
        self._execute = ray.remote(num_cpus=1, max_retries=0)(execute)

    def __enter__(self) -> Ray:
        return self

    def __exit__(self, *ended: object) -> None:
        for task in self._tasks:
            self._ray.cancel(task, force=True)
        if self._mine:
            self._ray.shutdown()

    def submit(self, trial: AnyTrial, started: Callable[[], None], step: Step) -> Future[Outcome]:
        """See `Executor`."""
        task = self._execute.remote(trial)
        self._tasks.append(task)
        started()
        future: Future[Outcome] = task.future()
        return future


def _reach(address: str) -> None:
    """Refuse an address that nobody listens at: Ray itself would try for minutes.

    Raises:
        RunError: there is nobody.
    """
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon:
        return
    try:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        raise RunError(f"there is no Ray cluster at {address!r}: {error}") from None


def cores() -> int:
    """The CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
