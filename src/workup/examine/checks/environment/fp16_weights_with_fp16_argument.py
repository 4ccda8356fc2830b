"""ENV004"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.plan import sharded
from workup.examine.measurements.trained_weights import Trainable


@check("ENV004", "environment")
def fp16_weights_with_fp16_argument(arguments: Any, trainable: Trainable | None) -> Finding | None:
    """Training in mixed fp16 stops at the first step, because the weights are fp16 already.

    What it checks
    Whether `fp16=True` meets trained weights of the dtype float16.

    Why it matters
    Mixed precision keeps float32 weights and scales the loss. Gradients of fp16 weights are fp16 too, and the
    scaler refuses them: "Attempting to unscale FP16 gradients."

    Evidence
    The number of trained fp16 weights, of all trained weights.

    Example
    Wrong: `from_pretrained(folder, dtype=torch.float16)` with `fp16=True`; under transformers 5 a checkpoint
    stored in fp16 is loaded so without being asked. Right: `from_pretrained(folder, dtype=torch.float32)`.

    Remedy
    Load the weights as float32.

    When it is harmless
    Never where the trained weights are meant: the training cannot start. Frozen fp16 weights under a float32
    adapter are sound and are not reported.

    Known limits
    DeepSpeed and FSDP are not judged: they keep weights in a form of their own.

    Sources
    https://github.com/huggingface/transformers/issues/23165,
    https://github.com/huggingface/transformers/issues/30559
    """
    if not getattr(arguments, "fp16", False) or trainable is None or sharded(arguments):
        return None
    halves, total = trainable.dtypes.get("float16", 0), sum(trainable.dtypes.values())
    if not halves:
        return None
    return Finding(
        Severity.ERROR,
        f"{halves} of {total} trained weights are float16 while fp16=True: the gradient scaler refuses them",
        Remedy(
            "load the weights as float32",
            change={"training.precision": "auto"},
            code="model = model.float()  # before the Trainer is built",
        ),
        {"float16 weights": halves, "trained weights": total},
    )
