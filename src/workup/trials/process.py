"""Starts the processes of trials, and gathers what they tell."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from tempfile import TemporaryFile

from workup.errors import RunError
from workup.trials import environments
from workup.trials.script import ScriptTrial
from workup.trials.trial import Outcome, Trial

# A process that was killed from outside (too little memory, say) gets another chance.
_ATTEMPTS = 2
_SHOWN = 400  # characters of what a dying process said last

AnyTrial = Trial | ScriptTrial
Step = Callable[[int, int], None]


class Host:
    """A running `workup.trials.worker` in an environment: it serves trials, one at a time."""

    def __init__(self, environment: tuple[str, ...], threads: int | None) -> None:
        """Start it. `threads` are the CPU threads of a trial; None: as many as it chooses.

        Raises:
            RunError: the environment cannot be built.
        """
        self.environment = environment
        self._said = TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - until `close`
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "workup.trials.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
            env=_variables(environment, threads),
        )

    def run(self, trial: Trial, step: Step) -> Outcome:
        """The outcome of the trial; one that is lost where its process died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        status = None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(trial.to_json()) + "\n")
            self._process.stdin.flush()
        for line in self._process.stdout:
            event = json.loads(line)
            if "outcome" in event:
                return Outcome.from_json(event["outcome"])
            if "ended" in event:
                status = event["ended"]
                break
            step(event["step"], event["steps"])
        status = self._process.wait() if status is None else status
        how = f"was killed by signal {-status}" if status < 0 else f"ended with exit status {status}"
        return Outcome(error=f"its process {how} before it was done{self._last_words()}", lost=True)

    def _last_words(self) -> str:
        self._said.seek(0)
        said = self._said.read().strip()[-_SHOWN:]
        return f": ...{said}" if said else ""

    def is_alive(self) -> bool:
        """Whether it can serve another trial."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it, and the trial that it may be running: that ends when its standard input does."""
        assert self._process.stdin is not None
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def close(self) -> None:
        """Free what a killed host holds; nobody may be waiting for it."""
        assert self._process.stdout is not None
        self._process.wait()
        self._process.stdout.close()
        self._said.close()


class Hosts:
    """Runs trials: recipes on hosts, started as they are needed and used again; scripts as they are."""

    def __init__(self, threads: int | None) -> None:
        self._threads = threads
        self._idle: list[Host] = []
        self._all: list[Host] = []
        self._scripts: list[subprocess.Popen[str]] = []
        self._stopped = False

    def run(self, trial: AnyTrial, step: Step) -> Outcome:
        """Run the trial and wait for its outcome; whatever goes wrong is the outcome's `error`."""
        begun = time.perf_counter()
        outcome = Outcome(error="it was never started", lost=True)
        for _ in range(_ATTEMPTS):
            if self._stopped:
                break
            try:
                outcome = self._attempt(trial, step)
            except RunError as error:
                outcome = Outcome(error=str(error))
            if not outcome.lost:
                break
        return replace(outcome, seconds=round(time.perf_counter() - begun, 1))

    def _attempt(self, trial: AnyTrial, step: Step) -> Outcome:
        if isinstance(trial, ScriptTrial):
            return trial.run(_variables(trial.environment, self._threads), self._register)
        host = self._take(trial.environment)
        outcome = host.run(trial, step)
        if host.is_alive():
            self._idle.append(host)
        return outcome

    def _register(self, script: subprocess.Popen[str]) -> None:
        self._scripts.append(script)
        if self._stopped:
            script.kill()

    def _take(self, environment: tuple[str, ...]) -> Host:
        for host in list(self._idle):
            if host.environment == environment and host.is_alive():
                with contextlib.suppress(ValueError):  # another thread was quicker
                    self._idle.remove(host)
                    return host
        host = Host(environment, self._threads)
        self._all.append(host)
        if self._stopped:
            host.kill()
        return host

    def kill(self) -> None:
        """End every host with its trial; none is started after this."""
        self._stopped = True
        for host in self._all:
            host.kill()
        for script in self._scripts:
            script.kill()

    def close(self) -> None:
        """Free what the killed hosts hold; nobody may be waiting for them."""
        for host in self._all:
            host.close()


def execute(trial: AnyTrial) -> Outcome:
    """Run one trial on one CPU thread in a process of its own, and wait for its outcome."""
    hosts = Hosts(threads=1)
    try:
        return hosts.run(trial, lambda step, steps: None)
    finally:
        hosts.kill()
        hosts.close()


def _variables(environment: tuple[str, ...], threads: int | None) -> dict[str, str]:
    variables = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "PYTHONIOENCODING": "utf-8"}
    if environment:
        overlay = str(environments.build(environment))
        inherited = os.environ.get("PYTHONPATH")
        variables["PYTHONPATH"] = os.pathsep.join([overlay, *([inherited] if inherited else [])])
    if threads is not None:
        variables.setdefault("OMP_NUM_THREADS", str(threads))
    return variables
