"""The planned course of a training: its optimizer steps, its warm-up, its peak learning rate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.parts import Missing


def number(value: Any) -> float | None:
    """A number as a float, whatever number type it has; None for everything else."""
    if isinstance(value, (bool, str, bytes)) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def name_of(value: Any) -> str:
    """The text of a setting that may be an enum of transformers or plain text."""
    return str(getattr(value, "value", value) or "").lower()


def rows_a_step(arguments: Any) -> int:
    """Training rows in one optimizer step: batch size times devices times accumulated batches."""
    batch = number(getattr(arguments, "train_batch_size", None))
    if batch is None:
        batch = number(getattr(arguments, "per_device_train_batch_size", None)) or 1
    processes = number(getattr(arguments, "world_size", None)) or 1
    return int(batch * processes * (number(getattr(arguments, "gradient_accumulation_steps", None)) or 1))


def planned_steps(arguments: Any, train_rows: Sequence[Mapping[str, Any]] | None = None) -> int | None:
    """The optimizer steps that a Trainer would make, counted as it counts them; None: cannot be told."""
    fixed = number(getattr(arguments, "max_steps", None))
    if fixed is not None and fixed > 0:
        return int(fixed)
    epochs = number(getattr(arguments, "num_train_epochs", None))
    if epochs is None or epochs <= 0:
        return None
    if train_rows is None:
        raise Missing("train_rows")
    accumulated = int(number(getattr(arguments, "gradient_accumulation_steps", None)) or 1)
    batches = len(train_rows) / max(1, rows_a_step(arguments) // accumulated)
    whole = math.floor(batches) if getattr(arguments, "dataloader_drop_last", False) else math.ceil(batches)
    return math.ceil(epochs * max(1, math.ceil(whole / accumulated)))


def warmup_steps(arguments: Any, planned_steps: int | None) -> int:
    """The steps before the peak learning rate; 0 where the schedule has no warm-up."""
    if planned_steps is None or name_of(getattr(arguments, "lr_scheduler_type", None)) in _WITHOUT_WARMUP:
        return 0
    ask = getattr(arguments, "get_warmup_steps", None)
    if callable(ask):
        return int(ask(planned_steps))
    steps = number(getattr(arguments, "warmup_steps", None)) or 0
    if steps >= 1:
        return int(steps)
    return math.ceil(planned_steps * (steps or number(getattr(arguments, "warmup_ratio", None)) or 0))


# `transformers.get_scheduler` hands these no number of warm-up steps.
_WITHOUT_WARMUP = ("constant", "reduce_lr_on_plateau", "greedy")


def peak_rate(arguments: Any = None, optimizer: Any = None) -> float | None:
    """The highest learning rate of the schedule; None where the optimizer finds its own."""
    groups = getattr(optimizer, "param_groups", None)
    if groups:
        rates = [number(group.get("initial_lr", group.get("lr"))) for group in groups]
        known = [rate for rate in rates if rate is not None]
        if known or any(group.get("relative_step") for group in groups):
            return max(known, default=None)
    return number(getattr(arguments, "learning_rate", None))


def optimizer_family(arguments: Any = None, optimizer: Any = None) -> str:
    """ "adam", "adafactor", "sgd", or "" where it is another or none is known.

    The optimizer at hand counts more than the one the arguments name.
    """
    wrapped = getattr(optimizer, "optimizer", optimizer)
    given = type(wrapped).__name__.lower() if optimizer is not None else ""
    named = given or name_of(getattr(arguments, "optim", None))
    if named == "adafactor":
        return "adafactor"
    return "adam" if "adam" in named else "sgd" if named.startswith("sgd") else ""


def sharded(arguments: Any) -> bool:
    """Whether DeepSpeed or FSDP hold the weights: those keep weights and optimizer in forms of their own."""
    fsdp = getattr(arguments, "fsdp", None)
    return bool(getattr(arguments, "deepspeed", None)) or (bool(fsdp) and name_of(fsdp) not in ("", "false"))


MEASUREMENTS = (planned_steps, warmup_steps, peak_rate, optimizer_family)
