"""ENV001"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import base_of
from workup.examine.measurements.plan import number, sharded

# A loss that heeds the number of tokens would be divided by the accumulation, so by 2 at least.
_SAME = 0.01


@check("ENV001", "environment")
def accumulation_multiplies_loss(
    arguments: Any,
    model: Any,
    batch: Mapping[str, Any] | None = None,
    optimizer_family: str = "",
    compute_loss_func: Callable[..., Any] | None = None,
) -> Finding | None:
    """Loss and gradient are multiplied by the gradient accumulation.

    What it checks
    With `gradient_accumulation_steps` above 1: whether the Trainer leaves it to the model to divide the loss
    by the number of tokens (it does for every model whose `forward` takes `**kwargs`), while the model's loss
    does not. The loss is computed twice, once with `num_items_in_batch` and once without.

    Why it matters
    Under transformers 5 the accumulated loss of T5, BART and their relatives is the sum over the batches
    instead of their mean. The training loss looks that many times too high beside the evaluation loss,
    clipping at `max_grad_norm` strikes at nearly every step, and SGD takes steps that many times too long.

    Evidence
    The accumulation, and the model's loss with and without `num_items_in_batch`.

    Example
    Wrong: `Seq2SeqTrainer(model, args)` with `gradient_accumulation_steps=4` and a T5 on transformers 5.
    Right: `model.accepts_loss_kwargs = False` before the Trainer is built.

    Remedy
    Set `model.accepts_loss_kwargs = False`, or give the Trainer a `compute_loss_func` that divides by
    `num_items_in_batch`.

    When it is harmless
    AdamW and Adafactor divide a constant factor out again, so without clipping the weights come out nearly
    the same; the reported loss misleads all the same.

    Known limits
    A Trainer that overrides `compute_loss` cannot be told from one that does not, unless its
    `compute_loss_func` is given.

    Sources
    https://github.com/huggingface/transformers/pull/47690,
    https://github.com/huggingface/transformers/pull/34191. Measured on tiny models; the test of this check
    repeats it.
    """
    accumulated = number(getattr(arguments, "gradient_accumulation_steps", None)) or 1
    smoothed = number(getattr(arguments, "label_smoothing_factor", None)) or 0
    if accumulated <= 1 or smoothed > 0 or compute_loss_func is not None or sharded(arguments):
        return None
    base = base_of(model)
    if not getattr(getattr(base, "config", None), "is_encoder_decoder", False) or not _left_to(base):
        return None
    measured = _losses(model, batch, int(accumulated))
    if measured is None or not math.isclose(*measured, rel_tol=_SAME):
        return None
    plain, told = measured
    return Finding(
        Severity.ERROR if optimizer_family == "sgd" else Severity.WARNING,
        f"loss and gradient are multiplied by {accumulated:g}, the accumulation: the Trainer relies on the "
        f"model to divide by the number of tokens, and the model does not (loss {plain:.3f} and {told:.3f})",
        Remedy(
            "tell the Trainer that the model does not divide the loss itself, before the Trainer is built",
            code="model.accepts_loss_kwargs = False",
        ),
        {"accumulation": int(accumulated), "loss": plain, "loss with num_items_in_batch": told},
    )


def _left_to(base: Any) -> bool:
    """Whether the Trainer leaves the division to this model: it decides by the same two things."""
    stated = getattr(base, "accepts_loss_kwargs", None)
    if stated is not None:
        return bool(stated)
    forward = getattr(base, "forward", None)
    if forward is None:
        return False
    return any(one.kind is one.VAR_KEYWORD for one in inspect.signature(forward).parameters.values())


def _losses(model: Any, batch: Mapping[str, Any] | None, accumulated: int) -> tuple[float, float] | None:
    """The loss without and with the number of tokens of a whole optimizer step."""
    import torch

    device = next(model.parameters()).device
    if batch is None or not isinstance(batch.get("labels"), torch.Tensor):
        # Any ids do: it is only asked whether the second loss differs from the first.
        ids = torch.tensor([[3, 4, 5]])
        batch = {"input_ids": ids, "labels": ids}
    given = {name: value.to(device) for name, value in batch.items() if isinstance(value, torch.Tensor)}
    tokens = int((given["labels"] >= 0).sum()) * accumulated
    model.eval()
    try:
        with torch.no_grad():
            plain = model(**given).loss
            told = model(**given, num_items_in_batch=torch.tensor(tokens, device=device)).loss
    except Exception:
        # A model that cannot be asked this way is not judged.
        return None
    return (float(plain), float(told)) if plain is not None and told is not None else None
