"""MOD010"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity


@check("MOD010", "model")
def adapter_untrained(model: Any, log: Sequence[Mapping[str, Any]] | None = None) -> Finding | None:
    """The adapter changes nothing: its second matrices are all zero.

    What it checks
    Whether every `lora_B` is zero, in an adapter that was loaded for use or that a log says was trained.

    Why it matters
    An adapter begins with zeros there, so that it changes nothing. If they are still zero, no gradient
    reached it, or its weights were not loaded: the answers are the base's.

    Evidence
    The number of matrices, and the steps in the log.

    Example
    Wrong: gradient checkpointing with a frozen embedding and no `model.enable_input_require_grads()`. Right:
    with it.

    Remedy
    Let gradients reach the adapter, or load its weights.

    When it is harmless
    Before the first step, which is not reported.

    Known limits
    Only LoRA is looked at. A single zero matrix among others is no fault.

    Sources
    https://github.com/huggingface/peft/issues/1142
    """
    configs = getattr(model, "peft_config", None)
    if not isinstance(configs, Mapping) or not configs:
        return None
    second = [weight for name, weight in model.named_parameters() if ".lora_B." in name]
    if not second or any(weight.is_meta or bool(weight.any()) for weight in second):
        return None
    steps = max((entry.get("step", 0) for entry in log or () if "loss" in entry), default=0)
    for_use = all(getattr(config, "inference_mode", False) for config in configs.values())
    if not steps and not for_use:
        return None
    when = f"after {steps} steps" if steps else "in an adapter loaded for use"
    return Finding(
        Severity.ERROR,
        f"all {len(second)} matrices lora_B are zero {when}",
        Remedy(
            "let gradients reach the adapter, or load its weights",
            code="model.enable_input_require_grads()" if steps else "",
        ),
        {"matrices": len(second), "steps": steps, "loaded for use": for_use},
        harm="the model answers as the base does",
    )
