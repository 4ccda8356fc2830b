"""A process that has loaded the libraries and nothing else, and forks a fresh process for each trial.

Started by `workup.trials.process`. Each line of standard input is a trial as JSON; what happens is told on
standard output as JSON lines, and what libraries print goes to standard error. Loading torch and
transformers takes some ten seconds; a fork, none. Where there is no safe fork (a GPU's driver does not
survive one, and neither do some systems' libraries), the process serves one trial and ends.

When standard input ends, whoever started the process is gone, and so it ends too, with its trial.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from workup.errors import SaveError, WorkupError
from workup.pipeline import events
from workup.trials.trial import Trial

if TYPE_CHECKING:
    from workup.pipeline.predictor import Predictor
    from workup.run import Run


def main() -> None:
    """Serve the trials that standard input describes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    while line := sys.stdin.readline():
        trial = Trial.from_json(json.loads(line))
        if not _can_fork():
            _serve(trial, lines)
            return
        child = os.fork()
        if child == 0:
            threading.Thread(target=_end_with_parent, daemon=True).start()
            _serve(trial, lines)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status:
            _tell(lines, {"ended": status})


def _can_fork() -> bool:
    """Load the libraries, and say whether a forked process may use them."""
    import torch

    import workup.evaluation.evaluate
    import workup.run  # noqa: F401

    return sys.platform == "linux" and not torch.cuda.is_available()


def _end_with_parent() -> None:
    """Wait until nobody holds the other end of standard input; nothing is read from it."""
    hangup = select.poll()
    hangup.register(0, 0)
    hangup.poll()
    os._exit(1)


def _serve(trial: Trial, lines: IO[str]) -> None:
    """Run the trial and tell its outcome."""
    try:
        told = _outcome(trial, lines)
    except WorkupError as error:
        told = {"error": str(error), "lost": isinstance(error, SaveError)}
    except Exception as error:
        import traceback

        traceback.print_exc()
        told = {"error": f"{type(error).__name__}: {error}"}
    _tell(lines, {"outcome": told})


def _tell(lines: IO[str], line: dict[str, Any]) -> None:
    lines.write(json.dumps(line) + "\n")
    lines.flush()


class _Steps:
    """Passes the optimizer steps of a training on, with how many there will be."""

    def __init__(self, lines: IO[str]) -> None:
        self.lines, self.steps = lines, 0

    def __call__(self, event: events.Event) -> None:
        """The watcher of a training."""
        if isinstance(event, events.Started):
            self.steps = event.steps
        elif isinstance(event, events.Stepped):
            _tell(self.lines, {"step": event.step, "steps": self.steps})


def _outcome(trial: Trial, lines: IO[str]) -> dict[str, Any]:
    """The outcome as plain values: its metrics, and what was answered."""
    from workup.run import Run, environment, train

    with TemporaryDirectory(prefix="workup-trial-") as folder:
        if trial.trained is None:
            run = train(trial.recipe, Path(folder) / "run", watch=_Steps(lines))
        else:
            run = Run.load(trial.trained)
        judged = _answered(run, trial) if trial.answered else _loss(run, trial)
    return {**judged, "versions": environment()}


def _answered(run: Run, trial: Trial) -> dict[str, Any]:
    from workup.evaluation.evaluate import evaluate

    test = run.test_examples(trial.test)
    predictor = _predictor(run, trial)
    evaluation = evaluate(predictor, run.examples.train, test, trial.test or "validation rows")
    return {
        "metrics": {
            "top1": evaluation.model.top1.value,
            "top3": evaluation.model.top3.value,
            "loss": evaluation.loss,
        },
        "ids": [verdict.id for verdict in evaluation.verdicts],
        "answers": [verdict.answers[0] for verdict in evaluation.verdicts],
        "ranks": [verdict.rank for verdict in evaluation.verdicts],
    }


def _loss(run: Run, trial: Trial) -> dict[str, Any]:
    return {"metrics": {"loss": _predictor(run, trial).loss(run.test_examples(trial.test))}}


def _predictor(run: Run, trial: Trial) -> Predictor:
    """The run's model under the trial's recipe: of a run that is not ours, generation may differ."""
    from workup.pipeline.predictor import Predictor

    return Predictor(run.predictor.model, run.predictor.tokenizer, trial.recipe)


if __name__ == "__main__":
    main()
