"""GEN010"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import DEFAULTS, base_of

# Ways to search that old scripts set on the model's configuration.
_NAMES = (*DEFAULTS, "max_new_tokens", "min_new_tokens", "suppress_tokens", "bad_words_ids")


@check("GEN010", "generation")
def settings_in_model_config_ignored(model: Any) -> Finding | None:
    """Settings of generation stand in the model's configuration, where they are not looked for.

    What it checks
    Whether `model.config` holds settings of generation that `model.generation_config` does not hold as well.

    Why it matters
    From transformers 5 on, `generate()` and `save_pretrained()` raise an error because of them. Before, they
    count or not depending on what was called first.

    Evidence
    The settings, with the value of each in both places; whether the installed transformers refuses them.

    Example
    Wrong: `model.config.max_length = 64`. Right: `model.generation_config.max_length = 64`.

    Remedy
    Set them on `model.generation_config`, and take them out of `model.config`.

    When it is harmless
    Where both places agree and the installed transformers accepts it, as older checkpoints do; then nothing
    is said.

    Known limits
    Settings that a model family's configuration has by itself are not judged.

    Sources
    https://github.com/huggingface/transformers/pull/43374,
    https://huggingface.co/docs/transformers/generation_strategies
    """
    inner = base_of(model)
    config, generation = getattr(inner, "config", None), getattr(inner, "generation_config", None)
    if config is None or generation is None or not hasattr(config, "to_dict"):
        return None
    refused = _refused(config)
    family = _of_the_family(config)
    held = {name: getattr(config, name, None) for name in _NAMES}
    apart = {
        name: (value, getattr(generation, name, None))
        for name, value in held.items()
        if value is not None and value not in (DEFAULTS.get(name), family.get(name))
    }
    apart = {name: both for name, both in apart.items() if both[0] != both[1] or name in refused}
    named = sorted({*apart, *refused})
    if not named:
        return None
    told = ", ".join(f"{name}={getattr(config, name)}" for name in named)
    harm = "generate() and save_pretrained() raise an error" if refused else "they may not count"
    moves = [f"model.generation_config.{name} = {getattr(config, name)!r}" for name in named]
    return Finding(
        Severity.ERROR if refused else Severity.WARNING,
        f"{told} in model.config, not in model.generation_config: {harm}",
        Remedy(
            "set them on model.generation_config and take them out of model.config",
            code="; ".join([*moves, *(f"model.config.{name} = None" for name in named)]),
        ),
        {
            "refused": bool(refused),
            **{
                name: f"{getattr(config, name)} here, {getattr(generation, name, None)} there"
                for name in named
            },
        },
    )


def _refused(config: Any) -> dict[str, Any]:
    """What the installed transformers does not accept; nothing, where it accepts all."""
    ask = getattr(config, "_get_generation_parameters", None)
    try:
        found = ask() if ask is not None else {}
    except Exception:  # a configuration that has no defaults
        return {}
    return found if isinstance(found, dict) else {}


def _of_the_family(config: Any) -> dict[str, Any]:
    """The configuration that such a model has by itself."""
    try:
        plain: dict[str, Any] = type(config)().to_dict()
    except Exception:  # some configurations cannot be made of nothing
        return {}
    return plain
