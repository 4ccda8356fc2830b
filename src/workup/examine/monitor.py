"""Watches a training from within: `Seq2SeqTrainer(..., callbacks=[Monitor()])`."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any, Literal

from rich.console import Console
from transformers import Trainer, TrainerCallback

from workup.errors import RunError, WorkupError, nearest
from workup.examine.api import examine
from workup.examine.finding import Finding, Severity
from workup.examine.measurements.plan import number, sharded
from workup.examine.report import Report
from workup.examine.report.terminal import show

# Enough numbers of a weight to see whether it moved; some 10 MB for a model of 60 million weights.
_NUMBERS = 2**14


class Monitor(TrainerCallback):  # type: ignore[misc]
    """Examines a fine-tune before its first step and after its last, and changes nothing of it.

    Before the first step it prints a report to standard error if there are errors; after the last one, if
    there are findings at all. Between them it looks at each line of the log and nothing else: a loss or a
    gradient that is no finite number is told at once, the first time. With several processes the first one
    does all of this.

    Args:
        stop_on: "error" ends the training before its first step where errors are found; `trainer.train()`
            then raises a WorkupError that names them. None: the training goes on.

    Attributes:
        report: the latest report: that of the beginning during the training, the full one after it. None
            before the training, and where the examination failed.

    Raises:
        RunError: `stop_on` is something else.
    """

    def __init__(self, stop_on: Literal["error"] | None = None) -> None:
        if stop_on not in (None, "error"):
            raise RunError(f"Monitor cannot stop on {stop_on!r}; {nearest(str(stop_on), ['error'])}")
        self.stop_on = stop_on
        self.report: Report | None = None
        self._beginning: dict[str, Any] = {}
        self._is_finite = True

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """Examine what is to be trained; keep the beginning of each weight."""
        self.report, self._beginning, self._is_finite = None, {}, True
        if not state.is_world_process_zero:
            return
        if model is not None and not sharded(args):
            self._beginning = beginnings(model)
        self._examine(args)
        errors = _errors(self.report)
        if errors and self.report:
            show(self.report, _console())
        if errors and self.stop_on == "error":
            told = "; ".join(f"{finding.code}: {finding.summary}" for finding in errors)
            raise WorkupError(
                f"the examination found {len(errors)} error(s), and no step was made. {told}. "
                "Mend them, or train all the same with Monitor(stop_on=None)"
            )

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any
    ) -> None:
        """Tell of the first number that is not finite."""
        if not self._is_finite or not state.is_world_process_zero:
            return
        for name, said in (("loss", "loss"), ("grad_norm", "gradient")):
            value = number((logs or {}).get(name))
            if value is not None and not math.isfinite(value):
                self._is_finite = False
                _console().print(
                    f"workup: the {said} is {value} at step {state.global_step}", style="bold red"
                )
                return

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Examine what was trained, its log and its weights."""
        if not state.is_world_process_zero:
            return
        self._examine(args, base_weights=self._beginning or None)
        self._beginning = {}
        if self.report and self.report.findings:
            show(self.report, _console())

    def _examine(self, arguments: Any, **parts: Any) -> None:
        """The report of what the Trainer now holds. Whatever fails here, the training goes on."""
        self.report = None
        if sharded(arguments):
            # One process alone cannot ask a model whose weights are spread over several.
            parts["model"] = None
        try:
            self.report = examine(calling_trainer(), **parts)
        except Exception as error:
            _console().print(
                "workup: the examination failed itself, which is our fault and not yours; the training goes "
                f"on ({type(error).__name__}: {error})",
                style="magenta",
            )


def calling_trainer() -> Trainer | None:
    """The Trainer that is calling: it hands its callbacks everything but itself, and stands on the stack."""
    frame = inspect.currentframe()
    while frame is not None:
        caller = frame.f_locals.get("self")
        if isinstance(caller, Trainer):
            return caller
        frame = frame.f_back
    return None


def beginnings(model: Any) -> dict[str, Any]:
    """A copy of the first rows of each weight that trains, by name; small weights are copied whole."""
    return {
        name: _beginning(weight.detach()).clone()
        for name, weight in model.named_parameters()
        if weight.requires_grad and not weight.is_meta
    }


def _beginning(weight: Any) -> Any:
    if weight.numel() <= _NUMBERS:
        return weight
    return weight[: max(1, _NUMBERS * len(weight) // weight.numel())]


def _errors(report: Report | None) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity is Severity.ERROR] if report else []


def _console() -> Console:
    return Console(stderr=True, highlight=False)
