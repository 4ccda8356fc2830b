"""The course of a training as its log tells it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.plan import number


@dataclass(frozen=True)
class Logged:
    """A line of the log about training; what it does not hold is None."""

    step: int
    loss: float | None
    grad_norm: float | None
    learning_rate: float | None


@dataclass(frozen=True)
class Evaluated:
    """A line of the log about an evaluation; `metrics` with their "eval_" in front."""

    step: int
    metrics: Mapping[str, float]

    @property
    def loss(self) -> float | None:
        """The evaluation loss."""
        return self.metrics.get("eval_loss")


@dataclass(frozen=True)
class Course:
    """The lines of a log, in their order."""

    training: tuple[Logged, ...]
    evaluations: tuple[Evaluated, ...]

    @property
    def losses(self) -> list[float]:
        """Every training loss that is a finite number."""
        return finite(line.loss for line in self.training)

    @property
    def eval_losses(self) -> list[float]:
        """Every evaluation loss that is a finite number."""
        return finite(line.loss for line in self.evaluations)


def finite(values: Any) -> list[float]:
    """The finite numbers among the values."""
    return [value for value in values if value is not None and math.isfinite(value)]


def course(log: Sequence[Mapping[str, Any]]) -> Course:
    """The log by kind; the summary that a Trainer writes at the very end ("train_loss") is left out."""
    training, evaluations = [], []
    for line in log:
        if not isinstance(line, Mapping):
            continue
        step = int(number(line.get("step")) or 0)
        if "loss" in line:
            names = ("loss", "grad_norm", "learning_rate")
            training.append(Logged(step, *(number(line.get(name)) for name in names)))
        measured = {name: number(value) for name, value in line.items() if str(name).startswith("eval_")}
        known = {name: value for name, value in measured.items() if value is not None}
        if known:
            evaluations.append(Evaluated(step, known))
    return Course(tuple(training), tuple(evaluations))


def ends(values: Sequence[float]) -> tuple[float, float]:
    """How a series begins and ends: the medians of its first and its last eighth."""
    size = max(1, len(values) // 8)
    return statistics.median(values[:size]), statistics.median(values[-size:])


MEASUREMENTS = (course,)
