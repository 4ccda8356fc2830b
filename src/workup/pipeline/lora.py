"""Low-rank adapters through peft: an option of training, merged into the model before it is saved."""

from __future__ import annotations

from typing import Any

from workup.errors import ModelError
from workup.recipe import Lora


def wrap(model: Any, lora: Lora) -> Any:
    """The model with an adapter on its attention; only the adapter is trained.

    Raises:
        ModelError: peft is not installed, or does not know where this family takes adapters.
    """
    try:
        from peft import LoraConfig, TaskType, get_peft_model
    except ImportError:
        raise ModelError("training.lora needs peft: pip install 'workup[lora]'") from None
    config = LoraConfig(
        task_type=TaskType.SEQ_2_SEQ_LM, r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout
    )
    try:
        return get_peft_model(model, config)
    except ValueError as error:
        raise ModelError(f"peft cannot adapt this model: {error}") from error


def merge(model: Any) -> Any:
    """The plain model with the adapter's effect added to its weights; a plain model is returned as it is."""
    return model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
