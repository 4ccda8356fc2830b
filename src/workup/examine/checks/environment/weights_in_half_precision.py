"""ENV002"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.plan import sharded
from workup.examine.measurements.trained_weights import Trainable

# Measured: with 95 % of the weights stuck, 120 steps bring the loss from 8.98 to 8.83 instead of 7.33.
_STUCK = 0.9
# Below this share the small weights that still move carry the training.
_SOME = 0.3
# Half of the smallest positive number of fp16; what is smaller is rounded to zero.
_LEAST_HALF = 2.0**-25
_HALVES = ("bfloat16", "float16")
# Weights looked at, spread over all of them.
_SAMPLE = 200_000
_REMEDY = Remedy(
    "load the weights as float32 and compute in bf16 by bf16=True",
    change={"training.precision": "bf16"},
    code="model = model.float()  # before the optimizer is built",
)


@check("ENV002", "environment")
def weights_in_half_precision(
    model: Any,
    trainable: Trainable | None,
    peak_rate: float | None,
    optimizer_family: str = "",
    arguments: Any = None,
    optimizer: Any = None,
) -> Finding | None:
    """Updates are rounded away, because the trained weights themselves are bf16 or fp16.

    What it checks
    Whether the weights that train are stored in half precision, and for how many of them a full AdamW step
    (the learning rate) is less than half the distance to the next number of that precision. In fp16 also
    whether AdamW's epsilon is zero there.

    Why it matters
    Such a step ends where it began: the weight is rounded back, silently, at every step. It looks like a
    learning rate that is far too low. And in fp16 the epsilon of 1e-8 is zero: a weight without a gradient is
    divided by nothing, and is NaN after the first step.

    Evidence
    The dtype, the learning rate and the epsilon, and the share of weights that a full step cannot move.

    Example
    Wrong: `from_pretrained(folder)` of a bf16 checkpoint under transformers 5, which keeps the stored dtype.
    Right: `from_pretrained(folder, dtype="float32")` with `bf16=True` in the TrainingArguments.

    Remedy
    Load the weights as float32 and let the Trainer compute in bf16.

    When it is harmless
    With an optimizer that keeps float32 copies or rounds stochastically, and where the large weights need
    not move.

    Known limits
    A sample of the weights is looked at, with the peak of the learning rate. Optimizers other than Adam's
    family are not judged, DeepSpeed and FSDP neither: they keep float32 copies.

    Sources
    https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md (default dtype),
    https://arxiv.org/abs/1710.03740 (why master weights are kept). Measured on tiny models; the test of this
    check repeats it.
    """
    if (
        trainable is None
        or trainable.added
        or not peak_rate
        or optimizer_family != "adam"
        or sharded(arguments)
    ):
        return None
    halves = sum(trainable.dtypes.get(kind, 0) for kind in _HALVES)
    if not halves or (getattr(arguments, "fp16", False) and "float16" in trainable.dtypes):
        return None
    epsilon = _epsilon(arguments, optimizer)
    if "float16" in trainable.dtypes and epsilon < _LEAST_HALF:
        return Finding(
            Severity.ERROR,
            f"the trained weights are float16, in which AdamW's epsilon of {epsilon:g} is zero: weights "
            "without a gradient become NaN",
            _REMEDY,
            {"dtype": "float16", "learning rate": peak_rate, "epsilon": epsilon},
        )
    share = _stuck(model, peak_rate) * halves / sum(trainable.dtypes.values())
    if share < _SOME:
        return None
    kind = max(_HALVES, key=lambda kind: trainable.dtypes.get(kind, 0))
    return Finding(
        Severity.ERROR if share >= _STUCK else Severity.WARNING,
        f"the trained weights are {kind}, and a step of {peak_rate:g} is rounded away in {share:.0%} of them",
        _REMEDY,
        {"dtype": kind, "learning rate": peak_rate, "share of weights that cannot move": round(share, 3)},
    )


def _epsilon(arguments: Any, optimizer: Any) -> float:
    """The optimizer's, or the one that the Trainer will give it."""
    groups = getattr(optimizer, "param_groups", None) or [{}]
    return float(groups[0].get("eps", getattr(arguments, "adam_epsilon", 1e-8)))


def _stuck(model: Any, rate: float) -> float:
    """The share of half-precision weights that a step of this length leaves where they are."""
    import torch

    weights = [
        w for w in model.parameters() if w.requires_grad and w.dtype in (torch.bfloat16, torch.float16)
    ]
    total = sum(weight.numel() for weight in weights)
    every = max(1, total // _SAMPLE)
    stuck = seen = 0
    for weight in weights:
        some = weight.detach().flatten()[::every].float()
        # frexp: |w| = m * 2**e with m in [0.5, 1); numbers are eps * 2**(e-1) apart there.
        exponent = torch.frexp(some).exponent
        gap = torch.ldexp(torch.full_like(some, torch.finfo(weight.dtype).eps), exponent - 1)
        stuck += int(((gap / 2 > rate) & (some != 0)).sum())
        seen += len(some)
    return stuck / max(1, seen)
