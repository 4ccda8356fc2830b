"""TRA011"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course
from workup.examine.measurements.plan import name_of, number


@check("TRA011", "training")
def best_not_loadable(
    arguments: Any,
    versions: Mapping[str, str],
    planned_steps: int | None = None,
    course: Course | None = None,
) -> Finding | None:
    """The best model is to be loaded at the end, and no checkpoint of it is written.

    What it checks
    With `load_best_model_at_end`: whether there is an evaluation at all, and whether a checkpoint is written
    at each of them. With a log: whether one was written at the best of them.

    Why it matters
    The Trainer keeps the best evaluation by its step. Where no checkpoint of that step exists it loads an
    earlier one, or none, without an error: the model at the end is not the one the numbers promise.

    Evidence
    How often is evaluated and saved, the steps of the training, and the best step of the log.

    Example
    Wrong: `eval_steps=50, save_steps=500`. Right: `eval_steps=50, save_steps=50, save_total_limit=1`, or
    `save_strategy="best"`.

    Remedy
    Save as often as is evaluated.

    When it is harmless
    When the best evaluation falls on a checkpoint by chance; where a log shows that, it is told.

    Known limits
    A callback that evaluates or saves at other times is not seen.

    Sources
    https://github.com/huggingface/transformers/pull/28500,
    https://github.com/huggingface/transformers/pull/40221. Measured on tiny models; the test of this check
    repeats it.
    """
    if not getattr(arguments, "load_best_model_at_end", False):
        return None
    evaluated, saved = (name_of(getattr(arguments, f"{kind}_strategy", None)) for kind in ("eval", "save"))
    evidence: dict[str, Any] = {"eval_strategy": evaluated, "save_strategy": saved}
    if evaluated == "no" or saved == "no":
        return _never(f"eval_strategy is {evaluated!r} and save_strategy {saved!r}", evidence)
    if evaluated != "steps" or not planned_steps:
        return None
    newer = str(versions.get("transformers", "")).partition(".")[0] not in ("3", "4")
    evaluations = _steps(arguments, "eval", planned_steps, at_end=newer)
    evidence |= {
        "eval_steps": arguments.eval_steps,
        "save_steps": arguments.save_steps,
        "steps": planned_steps,
    }
    if not evaluations:
        return _never(f"the first evaluation would come after the last of {planned_steps} steps", evidence)
    if saved != "steps":
        return None
    lost = evaluations - _steps(arguments, "save", planned_steps, at_end=True)
    if not lost:
        return None
    best = _best_step(arguments, course)
    severity, told = Severity.WARNING, ""
    if best is not None:
        kept = "no" if best in lost else "by chance a"
        told = f"; the best was at step {best}, of which there is {kept} checkpoint"
        if best in lost:
            severity = Severity.ERROR
        elif 2 * len(lost) <= len(evaluations):
            severity = Severity.NOTE
    return Finding(
        severity,
        f"{len(lost)} of {len(evaluations)} evaluations have no checkpoint of their step, so the best model "
        f"may not be loadable{told}",
        Remedy(
            "save as often as is evaluated",
            change={"training.checkpoint_every": min(evaluations)},
            code="arguments.save_steps = arguments.eval_steps",
        ),
        {**evidence, **({"best step": best} if best is not None else {})},
    )


def _never(why: str, evidence: dict[str, Any]) -> Finding:
    return Finding(
        Severity.ERROR,
        f"load_best_model_at_end has nothing to choose from: {why}",
        Remedy(
            "evaluate and save during the training",
            change={"training.evaluate_every": "epoch", "training.checkpoint_every": "epoch"},
            code='arguments = Seq2SeqTrainingArguments(..., eval_strategy="epoch", save_strategy="epoch")',
        ),
        evidence,
    )


def _steps(arguments: Any, kind: str, planned: int, *, at_end: bool) -> set[int]:
    """The steps at which the Trainer evaluates or saves; below 1, the interval is a share of the training."""
    every = number(getattr(arguments, f"{kind}_steps", None)) or 0
    every = math.ceil(every * planned) if 0 < every < 1 else int(every)
    delay = (number(getattr(arguments, "eval_delay", None)) or 0) if kind == "eval" else 0
    steps = set(range(every, planned + 1, every)) if every > 0 else set()
    return {step for step in (steps | {planned} if at_end else steps) if step >= delay}


def _best_step(arguments: Any, course: Course | None) -> int | None:
    """The step of the best evaluation in the log, as the Trainer chooses it."""
    metric = str(getattr(arguments, "metric_for_best_model", None) or "loss")
    name = metric if metric.startswith("eval_") else f"eval_{metric}"
    found = [
        (line.metrics[name], line.step)
        for line in (course.evaluations if course else ())
        if name in line.metrics
    ]
    if not found:
        return None
    greater = bool(getattr(arguments, "greater_is_better", False))
    # Of equal ones the Trainer keeps the first.
    return min(found, key=lambda one: (-one[0] if greater else one[0], one[1]))[1]
