"""ENV008"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import base_of

# transformers 5 and 4 ask the config under different names for the same thing.
_ASKED = ("_get_generation_parameters", "_get_non_default_generation_parameters")


@check("ENV008", "environment")
def generation_values_in_model_config(model: Any, versions: Mapping[str, str]) -> Finding | None:
    """Settings of the generation were put into the model's config.

    What it checks
    Whether `model.config` holds values such as `max_length` or `num_beams` that belong into
    `model.generation_config`, and that differ from what stands there.

    Why it matters
    Under transformers 5 both `generate()` and `save_pretrained()` raise an error; the second strikes at the
    first checkpoint, or at the very end of a long training. transformers 4 may heed such values or not,
    depending on what was called before.

    Evidence
    The values found in the config, and those of the generation config.

    Example
    Wrong: `model.config.num_beams = 4`. Right: `model.generation_config.num_beams = 4`.

    Remedy
    Move the values to `model.generation_config`.

    When it is harmless
    Where generation gets all its settings as arguments under transformers 4, and nothing is lost on saving.

    Known limits
    Values that equal the defaults of the config are not seen; they do no harm either.

    Sources
    https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md,
    https://github.com/huggingface/transformers/pull/43374
    """
    major = str(versions.get("transformers", "")).partition(".")[0]
    base = base_of(model)
    config, generation = getattr(base, "config", None), getattr(base, "generation_config", None)
    ask = next((getattr(config, name) for name in _ASKED if callable(getattr(config, name, None))), None)
    if ask is None or generation is None or not major.isdigit():
        return None
    found = dict(ask())
    newer = int(major) >= 5
    if not newer:
        # transformers 4 copies the values of a checkpoint's config on reading; equal ones are at home.
        found = {name: value for name, value in found.items() if getattr(generation, name, None) != value}
    if not found:
        return None
    listed = ", ".join(f"{name}={value}" for name, value in found.items())
    told = "generate() and save_pretrained() raise an error" if newer else "generate() may not heed them"
    return Finding(
        Severity.ERROR if newer else Severity.WARNING,
        f"{len(found)} settings of the generation stand in model.config ({listed}): {told}",
        Remedy("move them to the generation config", code="; ".join(map(_move, found))),
        {
            "in the config": found,
            "in the generation config": {name: getattr(generation, name, None) for name in found},
        },
    )


def _move(name: str) -> str:
    return f"model.generation_config.{name} = model.config.{name}; delattr(model.config, {name!r})"
