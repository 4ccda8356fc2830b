"""ENV003"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.trained_weights import T5_FAMILY

# The largest number of fp16.
_LARGEST = 65504.0
# Activations this far below it leave room for what training and other rows add.
_ROOM = 10.0


@check("ENV003", "environment")
def fp16_on_t5(
    arguments: Any, model: Any, model_type: str, batch: Mapping[str, Any] | None = None
) -> Finding | None:
    """A model of T5's family is trained in fp16.

    What it checks
    Whether `fp16=True` meets T5, mT5, UMT5 or LongT5. Where a batch is at hand and the weights are float32,
    the largest activation is measured, in float32.

    Why it matters
    These models were pretrained in bf16, whose range is that of float32. Their feed-forward activations can
    exceed 65504, the largest number of fp16; the loss becomes NaN, or the model writes nonsense.

    Evidence
    The largest activation and the module that made it.

    Example
    Wrong: `Seq2SeqTrainingArguments(..., fp16=True)` with mT5. Right: `bf16=True`, or neither.

    Remedy
    Train in bf16 where the hardware computes in it, else in float32.

    When it is harmless
    Where activations stay far below 65504, as in small T5 checkpoints. transformers keeps one of the matrices
    in float32 and clamps infinities, so many such runs end well.

    Known limits
    Activations are measured on one batch, before or after training; they grow while training.

    Sources
    https://github.com/huggingface/transformers/issues/4586,
    https://github.com/huggingface/transformers/issues/14189,
    https://github.com/huggingface/transformers/pull/10956
    """
    if not getattr(arguments, "fp16", False) or model_type not in T5_FAMILY:
        return None
    largest, where = _largest_activation(model, batch)
    measured = f"; the largest activation of one batch is {largest:.3g} (in {where})" if where else ""
    severity = Severity.WARNING
    if where and largest > _LARGEST:
        severity = Severity.ERROR
    elif where and largest < _LARGEST / _ROOM:
        severity = Severity.NOTE
    return Finding(
        severity,
        f"{model_type} was pretrained in bf16 and is trained in fp16, which ends at 65504{measured}",
        Remedy(
            "train in bf16 or float32",
            change={"training.precision": "auto"},
            code="arguments = Seq2SeqTrainingArguments(..., fp16=False, bf16=True)",
        ),
        {"model": model_type, **({"largest activation": largest, "module": where} if where else {})},
    )


def _largest_activation(model: Any, batch: Mapping[str, Any] | None) -> tuple[float, str]:
    """The largest absolute output of a linear map in float32, and its name; "" where not measured."""
    import torch

    tensors = {name: value for name, value in (batch or {}).items() if isinstance(value, torch.Tensor)}
    first = next(model.parameters(), None)
    if "labels" not in tensors or first is None or first.dtype is not torch.float32:
        return 0.0, ""
    found = (0.0, "")

    def look(name: str) -> Any:
        def hook(module: Any, given: Any, output: Any) -> None:
            nonlocal found
            if isinstance(output, torch.Tensor) and output.numel():
                found = max(found, (float(output.detach().abs().max()), name))

        return hook

    hooks = [
        module.register_forward_hook(look(name))
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and name.rpartition(".")[2] != "lm_head"
    ]
    model.eval()
    try:
        with torch.no_grad():
            model(**{name: value.to(first.device) for name, value in tensors.items()})
    finally:
        for hook in hooks:
            hook.remove()
    return found
