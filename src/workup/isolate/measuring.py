"""Measures settings of the differences by trials, and tells as they go."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from workup import trials
from workup.errors import RecipeError, RunError
from workup.isolate.setting import Setting
from workup.trials import Outcome
from workup.trials.process import AnyTrial

State = Literal["waiting", "running", "known", "done", "failed"]


class Mixtures(Protocol):
    """A working and a failing side, and the trial of every mixture of the two."""

    def trial(self, setting: Setting, share: float) -> AnyTrial:
        """The trial of a setting, its training shortened to a share (1: none) of its length.

        Raises:
            RecipeError: the mixture is impossible.
        """


@dataclass(frozen=True)
class Tried:
    """One setting on its way: `value` is the metric itself, None until it is there and where it failed."""

    setting: Setting
    share: float
    state: State = "waiting"
    step: int = 0
    steps: int = 0
    value: float | None = None
    seconds: float = 0.0
    error: str | None = None


Watch = Callable[[Sequence[Tried]], None]


@dataclass
class Measuring:
    """Turns settings into trials and outcomes into values; `tried` holds all of them, in their order."""

    mixtures: Mixtures
    runner: trials.Runner
    metric: str
    lower_is_better: bool
    watch: Watch = lambda tried: None
    tried: list[Tried] = field(default_factory=list)

    def at(self, share: float) -> Callable[[Sequence[Setting]], list[float]]:
        """The measure that shortens trainings to a share of their length."""
        return lambda settings: self._measure(settings, share)

    def _measure(self, settings: Sequence[Setting], share: float) -> list[float]:
        """One value a setting, higher is better; nan where the setting itself makes the training fail.

        Raises:
            RunError: the good side fails, or a trial is lost by no fault of its setting.
        """
        first = len(self.tried)
        self.tried += [Tried(setting, share) for setting in settings]
        places, batch = [], []
        for place, setting in enumerate(settings, start=first):
            try:
                batch.append(self.mixtures.trial(setting, share))
                places.append(place)
            except RecipeError as error:
                self._becomes(place, state="failed", error=str(error))
        outcomes = self.runner.run(batch, lambda event: self._hear(places[event.position], event))
        for place, outcome in zip(places, outcomes, strict=True):
            self._check(self.tried[place].setting, outcome)
        return [self._worth(tried.value) for tried in self.tried[first:]]

    def _hear(self, place: int, event: trials.Event) -> None:
        if isinstance(event, trials.Started):
            self._becomes(place, state="running")
        elif isinstance(event, trials.Progress):
            self._becomes(place, step=event.step, steps=event.steps)
        else:
            known = "known" if isinstance(event, trials.Known) else "done"
            outcome = event.outcome
            self._becomes(
                place,
                state="failed" if outcome.error else known,
                value=outcome.metrics.get(self.metric),
                seconds=outcome.seconds,
                error=outcome.error,
            )

    def _becomes(self, place: int, **changes: object) -> None:
        self.tried[place] = replace(self.tried[place], **changes)  # type: ignore[arg-type]
        self.watch(self.tried)

    def _check(self, setting: Setting, outcome: Outcome) -> None:
        if outcome.lost:
            raise RunError(
                f"a trial was lost: {outcome.error}. What is finished is kept; give the same command again"
            )
        if outcome.error and not setting.changed:
            raise RunError(f"the working side does not work: {outcome.error}")
        if not outcome.error and self.metric not in outcome.metrics:
            raise RunError(f"a trial has no {self.metric!r}; it has {', '.join(outcome.metrics)}")

    def _worth(self, value: float | None) -> float:
        if value is None or math.isnan(value):
            return math.nan
        return -value if self.lower_is_better else value


def mean(tried: Iterable[Tried]) -> float | None:
    """The mean of the values that are there; None where there is none."""
    values = [one.value for one in tried if one.value is not None]
    return sum(values) / len(values) if values else None
