"""TRA013"""

from __future__ import annotations

import statistics
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course, finite
from workup.examine.measurements.plan import number

# Clipping is for rare, long gradients; where nearly all are clipped it is a change of the learning rate.
_NEARLY_ALL = 0.95
_ENOUGH = 10
# So far above the limit, the gradient's length says that something else is wrong.
_FAR = 10.0
# These divide the length of gradients out: small models learn well with every one of them clipped.
_SCALING = ("adam", "adafactor")


@check("TRA013", "training", after=["ENV001", "TRA007"])
def clipped_every_step(
    course: Course, arguments: Any, optimizer_family: str = "", has_learned: bool = False
) -> Finding | None:
    """The gradient is clipped at nearly every step.

    What it checks
    Whether the logged gradient norms lie above `max_grad_norm` in at least 95 % of ten or more lines. With
    AdamW or Adafactor, a log in which the loss has fallen by half, and below what can be known without the
    input, makes the check silent.

    Why it matters
    Clipping shortens every gradient to one length then: a batch that is nearly right weighs as much as one
    that is all wrong, and plain SGD moves by the same distance whatever it learns.

    Evidence
    The limit, the median norm, and the share of lines above.

    Example
    Wrong: norms around 12 under `max_grad_norm=1.0`, because a loss is summed instead of averaged. Right: the
    mean.

    Remedy
    See whether the loss is a mean over tokens; otherwise raise `max_grad_norm` to about the median norm.

    When it is harmless
    With AdamW and Adafactor, when the loss falls well: they divide the length out again.

    Known limits
    The log shows the norm of single steps.

    Sources
    https://arxiv.org/abs/1211.5063 (clipping), https://arxiv.org/abs/1412.6980 (Adam and the scale of
    gradients)
    """
    limit = number(getattr(arguments, "max_grad_norm", None))
    norms = finite(line.grad_norm for line in course.training)
    if not limit or limit < 0 or len(norms) < _ENOUGH:
        return None
    if optimizer_family in _SCALING and has_learned:
        return None
    share = sum(norm > limit for norm in norms) / len(norms)
    if share < _NEARLY_ALL:
        return None
    middle = statistics.median(norms)
    raised = float(f"{middle:.1g}")
    return Finding(
        Severity.WARNING if middle > _FAR * limit else Severity.NOTE,
        f"the gradient is clipped to {limit:g} in {share:.0%} of {len(norms)} logged steps; its median "
        f"length is {middle:.3g}",
        Remedy(
            "see whether the loss is a mean over tokens; otherwise raise the limit",
            change={"training.max_grad_norm": raised},
            code=f"arguments.max_grad_norm = {raised:g}",
        ),
        {
            "max_grad_norm": limit,
            "median norm": middle,
            "share clipped": round(share, 3),
            "lines": len(norms),
        },
    )
