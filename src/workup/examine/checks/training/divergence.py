"""TRA007"""

from __future__ import annotations

import math
import statistics
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course

# A course of fewer losses shows noise.
_ENOUGH = 8
# Eight parts smooth single batches away and still show when it happened.
_PARTS = 8
# The loss that stays must lie this many nats and this many times above the best: noise and saw-teeth do not.
_NATS, _TIMES = 0.5, 1.5
# Mixed precision loses single steps to overflow and goes on; a gradient that is gone is gone in most of them.
_GONE = 0.5


@check("TRA007", "training")
def divergence(course: Course) -> Finding | None:
    """The training diverged: the loss became NaN, or jumped up and never came back.

    What it checks
    NaN or infinity among the logged losses, or in most of the last gradients; and a loss that rises clearly
    above its best and stays there to the end.

    Why it matters
    What was learned before the jump is lost. The model then answers everything alike, or with nonsense.

    Evidence
    The step of the first NaN; or the best loss, the loss at the end, and where the best was left.

    Example
    Wrong: the learning rate at which the loss goes 2.1, 1.4, 6.0, 6.1, 6.0. Right: a third of it, with a
    warm-up.

    Remedy
    Lower the learning rate, warm up, and train in bf16 or float32.

    When it is harmless
    When the best checkpoint from before the jump is loaded at the end.

    Known limits
    At least eight logged losses are needed for a jump. The Trainer's default replaces a NaN loss in the log;
    it then shows in the gradient only.

    Sources
    https://github.com/huggingface/transformers/issues/14189,
    https://huggingface.co/docs/transformers/main_classes/trainer (logging_nan_inf_filter)
    """
    return _not_finite(course) or _jump(course)


_REMEDY = Remedy(
    "lower the learning rate, warm up, and train in bf16 or float32",
    change={"training.precision": "auto", "training.warmup": 0.06},
    code="arguments.learning_rate /= 3; arguments.warmup_steps = 0.06; arguments.fp16 = False",
)


def _not_finite(course: Course) -> Finding | None:
    """A loss, or most of the last gradients, that are no finite numbers."""
    for line in course.training:
        if line.loss is not None and not math.isfinite(line.loss):
            return Finding(
                Severity.ERROR,
                f"the loss is {line.loss} at step {line.step}",
                _REMEDY,
                {"step": line.step, "loss": str(line.loss)},
            )
    norms = [(line.step, line.grad_norm) for line in course.training if line.grad_norm is not None]
    last = norms[-max(2, len(norms) // 2) :]
    bad = [step for step, norm in last if not math.isfinite(norm)]
    if len(last) < 2 or len(bad) <= _GONE * len(last):
        return None
    return Finding(
        Severity.ERROR,
        f"the gradient is NaN or infinite at {len(bad)} of the last {len(last)} logged steps, from step "
        f"{bad[0]} on",
        _REMEDY,
        {"step": bad[0], "lines": len(last), "lines without a gradient": len(bad)},
    )


def _jump(course: Course) -> Finding | None:
    """A loss that ends, and stays, far above its best."""
    lines = [(line.step, line.loss) for line in course.training if line.loss is not None]
    if len(lines) < _ENOUGH:
        return None
    size = len(lines) // _PARTS
    middles: list[tuple[int, float]] = []
    for n in range(0, size * _PARTS, size):
        part = lines[n : n + size] if n + 2 * size <= len(lines) else lines[n:]
        middles.append((part[0][0], statistics.median(loss for _, loss in part)))
    best = min(range(_PARTS), key=lambda n: middles[n][1])
    least, after = middles[best][1], middles[best + 1 :]
    high = max(least + _NATS, least * _TIMES)
    # Two parts at least must lie above: one is a bad stretch of data.
    if len(after) < 2 or any(loss < high for _, loss in after[-2:]) or not _stays(after, high):
        return None
    evidence: dict[str, Any] = {"best loss": least, "last loss": after[-1][1], "after step": after[0][0]}
    return Finding(
        Severity.ERROR,
        f"the loss was down at {least:.2f} and ends at {after[-1][1]:.2f}: after step {after[0][0]} it "
        f"jumped up and never came back",
        _REMEDY,
        evidence,
    )


def _stays(after: list[tuple[int, float]], high: float) -> bool:
    """Whether the loss, once above, stays above: a saw-tooth comes down again."""
    first = next(n for n, (_, loss) in enumerate(after) if loss >= high)
    return all(loss >= high for _, loss in after[first:])
