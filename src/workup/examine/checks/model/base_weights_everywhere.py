"""MOD009"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity

# Measured: after 120 steps of AdamW at 3e-5, 94.6 % of pure bf16 weights were unchanged, 0.1 % of float32.
_ROUNDED_AWAY = 0.5
_EMBEDDINGS = ("shared.weight", "embed_tokens.weight", "lm_head.weight")


@check("MOD009", "model", after=["BAT009", "TRA005", "TRA006", "TRA009"])
def base_weights_everywhere(
    model: Any,
    base_weights: Mapping[str, Any],
    in_training: bool | None = None,
    log: Sequence[Mapping[str, Any]] | None = None,
) -> Finding | None:
    """The trained model's weights are those of the base.

    What it checks
    The share of trainable numbers that are bitwise those the training began with: all of them, or, in half
    precision, most. Embeddings count for the first only, as rows of unseen tokens rest. Of a weight of which
    only the first rows were kept, those are compared.

    Why it matters
    Nothing was learned, or what was learned was not loaded: an optimizer that holds other weights, a
    checkpoint whose keys bear a prefix and match none, or updates too small for half precision. The loss and
    the log can look healthy all the same.

    Evidence
    How many weights are unchanged, and the share of numbers.

    Example
    Wrong: `model.load_state_dict(state, strict=False)` with keys under "module.". Right: the prefix removed,
    `strict=True`.

    Remedy
    Build the optimizer after the model is final; load strictly; keep the weights in float32.

    When it is harmless
    Before the first step of a training, which is not reported.

    Known limits
    Adapters leave the base as it is and are not judged here.

    Sources
    https://github.com/pytorch/pytorch/issues/101107
    Measured on tiny models; the test of this check repeats it.
    """
    import torch

    begun = any("loss" in entry or "train_loss" in entry for entry in log or ())
    if getattr(model, "peft_config", None) or ((in_training or log is not None) and not begun):
        return None
    unchanged = counted = same = total = 0
    half = False
    for name, weight in model.named_parameters():
        base = base_weights.get(name)
        if base is None or not weight.requires_grad or not _comparable(weight, base):
            continue
        kept = weight.detach()[: len(base)] if base.shape != weight.shape else weight.detach()
        # In the model's own type: a base in another was rounded to it, or loses nothing by it.
        equal = int((kept == base.to(weight.device, weight.dtype)).sum())
        counted, unchanged = counted + 1, unchanged + (equal == kept.numel())
        if not name.endswith(_EMBEDDINGS):
            same, total = same + equal, total + kept.numel()
            half = half or torch.finfo(weight.dtype).bits == 16
    if not counted or not total:
        return None
    evidence = {"weights": counted, "unchanged": unchanged, "share of numbers": round(same / total, 4)}
    if unchanged == counted:
        return Finding(
            Severity.ERROR,
            f"all {counted} weights are bitwise those of the base",
            Remedy("build the optimizer after the model is final, and load checkpoints with strict=True"),
            evidence,
            harm="the model answers as the base does",
        )
    if half and same / total > _ROUNDED_AWAY:
        return Finding(
            Severity.WARNING,
            f"{same / total:.0%} of the numbers are bitwise those of the base, in half precision",
            Remedy(
                "train float32 weights, with autocast if need be",
                change={"training.precision": "auto"},
                code="model = AutoModelForSeq2SeqLM.from_pretrained(base, dtype=torch.float32)",
            ),
            evidence,
        )
    return None


def _comparable(weight: Any, base: Any) -> bool:
    """Whether the base is the weight as it was, or its first rows."""
    shape = getattr(base, "shape", ())
    is_part = len(shape) > 0 and shape[1:] == weight.shape[1:] and len(base) <= len(weight)
    return (
        (shape == weight.shape or is_part)
        and weight.is_floating_point()
        and base.is_floating_point()
        and not weight.is_meta
    )
