"""MOD013"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity


@check("MOD013", "model")
def zero_size_or_missing_tensors(model: Any) -> Finding | None:
    """Weights are empty or were never loaded.

    What it checks
    Whether a weight has no elements, or stands on the device "meta" while others are real.

    Why it matters
    A checkpoint that was saved from a divided model (ZeRO-3, FSDP) without gathering holds empty tensors. It
    cannot be run, and what was trained is lost.

    Evidence
    The names of the weights.

    Example
    Wrong: `torch.save(model.state_dict())` under ZeRO-3. Right: `trainer.save_model()` with the weights
    gathered.

    Remedy
    Gather the weights before saving, or convert the divided checkpoint (`zero_to_fp32.py`).

    When it is harmless
    While a divided training runs, and where weights are kept on disk on purpose; both are recognised and not
    reported.

    Known limits
    The model in memory is looked at, not the files.

    Sources
    https://github.com/huggingface/transformers/issues/20082
    https://github.com/huggingface/transformers/issues/10789
    """
    named = dict(model.named_parameters())
    # DeepSpeed leaves its mark on weights that it has divided; accelerate on models it keeps elsewhere.
    if getattr(model, "hf_device_map", None) or any(hasattr(weight, "ds_id") for weight in named.values()):
        return None
    empty = [name for name, weight in named.items() if weight.numel() == 0]
    absent = [name for name, weight in named.items() if weight.is_meta]
    if len(absent) == len(named):
        absent = []  # a model that was never meant to hold weights
    if not empty and not absent:
        return None
    parts = [f"{len(empty)} are empty"] * bool(empty) + [f"{len(absent)} were never loaded"] * bool(absent)
    return Finding(
        Severity.ERROR,
        f"of {len(named)} weights {' and '.join(parts)}, the first is {(empty + absent)[0]}",
        Remedy("gather the weights before saving, or convert the divided checkpoint"),
        {"empty": empty[:10], "never loaded": absent[:10], "weights": len(named)},
    )
