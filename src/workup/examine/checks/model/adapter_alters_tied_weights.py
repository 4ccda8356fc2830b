"""MOD014"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.weights import ties_for_certain

_TIED = ("shared", "embed_tokens", "lm_head")


@check("MOD014", "model")
def adapter_alters_tied_weights(model: Any) -> Finding | None:
    """An adapter trains one of several tied embeddings, which are tied again when the model is loaded.

    What it checks
    Whether LoRA matrices or a trained copy (`modules_to_save`) stand on an embedding or the output head while
    the config ties the two.

    Why it matters
    While training, the copy goes its own way. Merged, saved and loaded, the weights are tied again: the
    trained head is overwritten by the embedding, and a model that was good answers nonsense.

    Evidence
    The modules, and the adapter's settings.

    Example
    Wrong: `LoraConfig(modules_to_save=["lm_head"])` on a T5 or BART. Right: the same with
    `ensure_weight_tying=True`, or without it.

    Remedy
    Leave tied embeddings out of the adapter, or keep them tied.

    When it is harmless
    As long as the adapter is used unmerged, or where the config does not tie (T5 v1.1 in transformers 4).

    Known limits
    What is trained is read from the names of the weights.

    Sources
    https://github.com/huggingface/peft/issues/2777
    https://github.com/huggingface/transformers/issues/45127
    """
    configs = getattr(model, "peft_config", None)
    if not isinstance(configs, Mapping) or not configs:
        return None
    if not ties_for_certain(getattr(model, "config", None)):
        return None
    if any(getattr(one, "ensure_weight_tying", False) for one in configs.values()):
        return None
    marks = (".modules_to_save.", ".lora_A.", ".lora_embedding_A.")
    altered = sorted(
        {
            name.split(mark)[0].rpartition(".")[2]
            for name, _ in model.named_parameters()
            for mark in marks
            if mark in name and name.split(mark)[0].endswith(_TIED)
        }
    )
    if not altered:
        return None
    return Finding(
        Severity.WARNING,
        f"the adapter trains {', '.join(altered)}, which the config ties to the other embeddings",
        Remedy(
            "leave tied embeddings out of modules_to_save and target_modules, or set ensure_weight_tying",
            code="LoraConfig(..., ensure_weight_tying=True)",
        ),
        {"altered": altered, "adapters": sorted(map(str, configs))},
    )
