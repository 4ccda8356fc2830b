"""TRA002"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course, finite
from workup.examine.measurements.learned import UNLEARNED

# Half a run in warm-up: the mean learning rate is then at most half of what was asked for.
_LONG = 0.5


@check("TRA002", "training", explains=UNLEARNED)
def warmup_longer_than_run(
    arguments: Any,
    planned_steps: int | None,
    warmup_steps: int,
    peak_rate: float | None = None,
    course: Course | None = None,
    has_learned: bool = False,
) -> Finding | None:
    """The warm-up lasts for half of the training or more, so the learning rate hardly gets up.

    What it checks
    The warm-up steps against the optimizer steps of the whole training. Schedules without a warm-up are not
    judged. A log in which the loss has fallen by half, and below what can be known without the input, makes
    the check silent.

    Why it matters
    A warm-up of 1000 steps, copied from a larger recipe, lets a training of 100 steps end at a tenth of its
    learning rate. It looks like a learning rate that is too low, or like a model that cannot learn.

    Evidence
    Both numbers of steps, the share of the learning rate that is reached at most, and the highest learning
    rate in the log.

    Example
    Wrong: `warmup_steps=1000` for 300 rows and 3 epochs. Right: `warmup_steps=0.06`, a share of the training.

    Remedy
    Warm up for a tenth of the steps at most.

    When it is harmless
    In the first part of a training that will be resumed with the same schedule.

    Known limits
    A scheduler of the user's own is not seen.

    Sources
    https://huggingface.co/docs/transformers/main_classes/optimizer_schedules. Measured on tiny models; the
    test of this check repeats it.
    """
    if not planned_steps or warmup_steps < 2 or warmup_steps < _LONG * planned_steps or has_learned:
        return None
    reached = min(1.0, planned_steps / warmup_steps)
    evidence: dict[str, Any] = {
        "warm-up steps": warmup_steps,
        "steps": planned_steps,
        "share of the learning rate reached": round(reached, 3),
    }
    rates = finite(line.learning_rate for line in course.training) if course is not None else []
    if rates:
        evidence["highest learning rate in the log"] = max(rates)
    peak = f" of {peak_rate:g}" if peak_rate else ""
    return Finding(
        Severity.ERROR if warmup_steps >= planned_steps else Severity.WARNING,
        f"the warm-up takes {warmup_steps} of {planned_steps} steps; at most {reached:.0%} of the learning "
        f"rate{peak} is reached",
        Remedy(
            "warm up for a tenth of the steps at most",
            change={"training.warmup": 0.06},
            code=f"arguments.warmup_steps = {planned_steps // 10}",
        ),
        evidence,
    )
