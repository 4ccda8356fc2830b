"""Experiments on a crash: whether what ended the script comes again, and stays away with the remedy."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workup.examine.crashes.scene import headline
from workup.examine.experiment.answering import answers
from workup.examine.experiment.fitting import trained
from workup.examine.experiment.outcome import Outcome, Verdict
from workup.examine.experiment.setup import Setup

# Steps that a training makes with the remedy where the crash comes sooner without it.
_STEPS = 10


@dataclass(frozen=True)
class Attempt:
    """How far a setup came.

    Attributes:
        error: what ended it, in one line; "": it went through to the answers.
        steps: optimizer steps that were made.
        rows: questions that were answered.
        seconds: that all of it took.
    """

    error: str
    steps: int
    rows: int
    seconds: float


def attempted(setup: Setup, steps: int) -> Attempt:
    """Answer, after a training of so many steps where the setup has no model of its own."""
    moments: list[float] = []
    began, error, rows = time.perf_counter(), "", 0
    try:
        rows = len(answers(setup, _model(setup, steps, moments)))
    except Exception as raised:
        error = headline(raised)
    return Attempt(error, len(moments), rows, time.perf_counter() - began)


def _model(setup: Setup, steps: int, moments: list[float]) -> Any:
    if setup.training is None or setup.model is not None:
        return copy.deepcopy(setup.model)
    return trained(setup.training, min(steps, setup.training.steps), moments)


def crash_tried(
    cause: str, what: str, before: Setup, after: Setup, error: str, left: Callable[[], float]
) -> Outcome:
    """The verdict on a remedy for a crash: confirmed where it comes without, and does not come with it.

    The same rows in the same order crash at the same step, so a few steps beyond that are enough.

    Args:
        error: what ended the script, in one line.
        left: asks for the seconds that may still be spent.
    """
    mended, broken = attempted(after, _STEPS), None
    if not mended.error:
        broken = attempted(before, _affordable(mended, left()))
        if broken.error and broken.steps >= mended.steps > 0:
            mended = attempted(after, broken.steps + 1)
    verdict, reason = _verdict(mended, broken, error)
    training = before.training if before.model is None else None
    return Outcome(
        cause,
        verdict,
        what,
        steps=broken.steps if broken is not None else 0,
        steps_with=mended.steps,
        planned=training.steps if training is not None else 0,
        rows=mended.rows,
        error=error,
        reason=reason,
    )


def _affordable(mended: Attempt, seconds: float) -> int:
    """Steps that two trainings may still take, by what those with the remedy took."""
    return max(_STEPS, int(seconds / 2 / max(mended.seconds / max(mended.steps, 1), 1e-4)))


def _verdict(mended: Attempt, broken: Attempt | None, error: str) -> tuple[Verdict, str]:
    """A verdict, and the reason for it where it is not "confirmed"."""
    if mended.error:
        if _is_same(mended.error, error):
            return "no effect", "the same error comes with it"
        return "undecided", f"with it another error comes: {mended.error}"
    if broken is None or not broken.error:
        return "undecided", "the error did not come again without it"
    if not _is_same(broken.error, error):
        return "undecided", f"without it another error comes: {broken.error}"
    return "confirmed", ""


def _is_same(error: str, other: str) -> bool:
    """Whether two errors differ in nothing but numbers: another row may have another length."""
    return re.sub(r"\d+", "#", error) == re.sub(r"\d+", "#", other)
