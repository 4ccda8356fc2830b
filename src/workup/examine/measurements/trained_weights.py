"""What the weights of a model are: its family, which of them train, and its output head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.generating import base_of

# These share T5's code: its pretraining in bf16, its optimizer, and its two ways of scaling the output.
T5_FAMILY = ("t5", "mt5", "umt5", "longt5", "switch_transformers", "pop2piano")
# Parts of parameter names by which small trained additions to a frozen model are known.
_ADDED = ("lora_", "adapter", "prompt_encoder", "prompt_embeddings", "ia3_", "prefix_")


@dataclass(frozen=True)
class Trainable:
    """The weights that train.

    Attributes:
        count, total: numbers of them and of all; embeddings count in both.
        added: whether they are an adapter's.
        dtypes: number of trainable floating-point weights by dtype, such as "bfloat16".
    """

    count: int
    total: int
    added: bool
    dtypes: dict[str, int]


def model_type(model: Any) -> str:
    """transformers' name of the model's architecture, "" where it has none."""
    return str(getattr(getattr(model, "config", None), "model_type", "") or "")


def trainable(model: Any) -> Trainable | None:
    """Which weights train; None for something without weights."""
    named = getattr(model, "named_parameters", None)
    if not callable(named):
        return None
    count = total = 0
    dtypes: dict[str, int] = {}
    added = hasattr(model, "peft_config")
    for name, weight in named():
        total += weight.numel()
        if weight.requires_grad:
            count += weight.numel()
            added = added or any(part in name for part in _ADDED)
            if weight.is_floating_point():
                kind = str(weight.dtype).removeprefix("torch.")
                dtypes[kind] = dtypes.get(kind, 0) + weight.numel()
    return Trainable(count, total, added, dtypes)


@dataclass(frozen=True)
class Head:
    """The output head and the input embeddings of a model.

    Attributes:
        shared: they are one tensor.
        equal: they hold the same values.
        rows: rows of the embeddings.
    """

    shared: bool
    equal: bool
    rows: int


def output_head(model: Any) -> Head | None:
    """How the output head relates to the input embeddings; None where the model has not both."""
    import torch

    base = base_of(model)
    try:
        given, said = base.get_input_embeddings().weight, base.get_output_embeddings().weight
    except (AttributeError, NotImplementedError):
        return None
    if not isinstance(given, torch.Tensor) or not isinstance(said, torch.Tensor) or given.is_meta:
        return None
    shared = given.data_ptr() == said.data_ptr()
    return Head(shared, shared or torch.equal(given, said), len(given))


MEASUREMENTS = (model_type, trainable, output_head)
