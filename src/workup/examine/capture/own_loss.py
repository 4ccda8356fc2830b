"""The labels of a loss that a script computes itself, read from the gradient that comes back to the logits.

The gradient of a cross-entropy at one position is w (p - y): p is the softmax of the logits, y is 1 at the
label and 0 elsewhere, w is the weight of the position. So it sums to 0, only the label's entry is below 0,
and it vanishes where the position does not count, by whatever means it was left out.
https://en.wikipedia.org/wiki/Softmax_function#Gradients
"""

from __future__ import annotations

from typing import Any

from workup.pipeline.tokenization import IGNORED

# How far a sum may be from 0, beside the label's entry: room for the rounding of bfloat16.
_ROUNDING = 0.05


def logits_of(model: Any, output: Any) -> Any:
    """The logits that an encoder-decoder has computed; None where there are none to be learned from.

    Returns:
        Of shape (B, T, V).
    """
    if not getattr(getattr(model, "config", None), "is_encoder_decoder", False):
        return None
    logits = output[0] if isinstance(output, tuple) else getattr(output, "logits", None)
    is_learned_from = getattr(logits, "requires_grad", False) and getattr(logits, "ndim", 0) == 3
    return logits if is_learned_from else None


def labels_of(gradient: Any) -> Any:
    """The labels, ignored ones as -100; None where the gradient is not that of a plain cross-entropy.

    Label smoothing and distillation give other gradients. One row is looked at at a time, for what is made
    of it is as large as its logits.

    Args:
        gradient: of the logits, shape (B, T, V).

    Returns:
        Of shape (B, T).
    """
    import torch

    rows = []
    for row in gradient:  # (T, V)
        lowest, label = row.min(dim=-1)
        counts = (row != 0).any(dim=-1)
        fits = ((row < 0).sum(dim=-1) == 1) & (row.float().sum(dim=-1).abs() <= _ROUNDING * lowest.abs())
        if not bool(fits[counts].all()):
            return None
        rows.append(label.where(counts, torch.full_like(label, IGNORED)))
    labels = torch.stack(rows)
    return labels if bool((labels != IGNORED).any()) else None
