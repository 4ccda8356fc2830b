"""MOD008"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity


@check("MOD008", "model")
def weights_not_finite(model: Any) -> Finding | None:
    """Weights are NaN or infinite.

    What it checks
    Whether every number in every weight is finite.

    Why it matters
    One such number spoils every output. The loss is NaN from here on, and no training brings it back.

    Evidence
    The weights that hold such numbers, and how many.

    Example
    Wrong: training a T5 in fp16, where a step overflows. Right: bf16 or float32.

    Remedy
    Go back to a checkpoint with finite weights; train in bf16 or float32, with a lower learning rate.

    When it is harmless
    Never.

    Known limits
    Activations that overflow while the weights are finite are another matter.

    Sources
    https://github.com/huggingface/transformers/issues/4586
    https://github.com/huggingface/transformers/issues/14189
    """
    import torch

    counts = {
        name: int((~torch.isfinite(weight)).sum())
        for name, weight in model.named_parameters()
        if weight.is_floating_point() and not weight.is_meta and weight.numel()
    }
    spoiled = {name: count for name, count in counts.items() if count}
    if not spoiled:
        return None
    first = next(iter(spoiled))
    return Finding(
        Severity.ERROR,
        f"{sum(spoiled.values())} numbers in {len(spoiled)} of {len(counts)} weights are NaN or infinite, "
        f"the first in {first}",
        Remedy(
            "go back to a finite checkpoint, and train in bf16 or float32",
            change={"training.precision": "float32"},
        ),
        {"weights": dict(list(spoiled.items())[:10]), "spoiled": len(spoiled), "all": len(counts)},
        harm="every output is spoiled",
    )
