"""The embeddings of a model and their ties; ids that the settings of the parts agree or disagree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ENDS = ("shared", "encoder.embed_tokens", "decoder.embed_tokens", "lm_head")


@dataclass(frozen=True)
class Embeddings:
    """The weights that may be one: "shared", "encoder.embed_tokens", "decoder.embed_tokens", "lm_head"."""

    weights: Mapping[str, Any]

    def differ(self, name: str) -> bool:
        """Whether a weight is there and is not equal to the shared one."""
        import torch

        shared, other = self.weights.get("shared"), self.weights.get(name)
        if shared is None or other is None or other is shared or shared.is_meta or other.is_meta:
            return False
        if shared.shape != other.shape:
            return True
        return not torch.equal(shared, other.to(shared.device))


def embeddings(model: Any) -> Embeddings:
    """The embeddings of an encoder-decoder model by name; an adapter's own copies are left out."""
    named = dict(model.named_parameters(remove_duplicate=False))
    found = {}
    for end in _ENDS:
        matches = [name for name in named if name == f"{end}.weight" or name.endswith(f".{end}.weight")]
        if len(matches) == 1:
            found[end] = named[matches[0]]
    return Embeddings(found)


def ties_for_certain(config: Any) -> bool:
    """Whether a config says that the embeddings are one, and can be believed.

    transformers 5 says so of every T5 and mT5; those with a head of their own are told from the others
    only by not scaling the decoder's output, and mT5 and umT5 always have one.
    """
    if getattr(config, "model_type", "") in ("mt5", "umt5"):
        return False
    scales = getattr(config, "scale_decoder_outputs", True)
    return bool(getattr(config, "tie_word_embeddings", False)) and bool(scales)


@dataclass(frozen=True)
class Setting:
    """One id as each part has it; None: the part does not say."""

    config: Any = None
    generation_config: Any = None
    given: Any = None

    @property
    def in_generation(self) -> Any:
        """What generate() takes: its argument, else the generation config."""
        return self.generation_config if self.given is None else self.given


def special_ids(model: Any, generation: Mapping[str, Any] | None = None) -> dict[str, Setting]:
    """The special ids of the model's config, its generation config and the arguments of generate()."""
    config, of_generation = getattr(model, "config", None), getattr(model, "generation_config", None)
    names = (
        "pad_token_id",
        "eos_token_id",
        "bos_token_id",
        "decoder_start_token_id",
        "forced_bos_token_id",
    )
    return {
        name: Setting(
            getattr(config, name, None), getattr(of_generation, name, None), (generation or {}).get(name)
        )
        for name in names
    }


def position_limits(model: Any) -> dict[str, int]:
    """How many positions encoder and decoder know, by name; models without a fixed table have none."""
    import torch

    found = {}
    for name, module in model.named_modules():
        # A table that grows with its input (M2M100, NLLB) is no Embedding.
        if name.endswith("embed_positions") and isinstance(module, torch.nn.Embedding):
            side = "decoder" if "decoder." in name else "encoder"
            found[side] = module.num_embeddings - int(getattr(module, "offset", 0))
    return found


MEASUREMENTS = (embeddings, special_ids, position_limits)
