"""GEN009"""

from __future__ import annotations

import copy
import inspect
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import base_of


@check("GEN009", "generation")
def invalid_generation_config(model: Any) -> Finding | None:
    """The generation configuration contradicts itself, and the model cannot be saved with it.

    What it checks
    Whether the model's generation configuration passes the strict check that transformers makes when a model
    is saved.

    Why it matters
    `save_pretrained()` raises: at the first checkpoint, or at the very end of the training.

    Evidence
    What transformers says about it.

    Example
    Wrong: `model.generation_config.early_stopping = True` with one beam, or a `temperature` without
    `do_sample=True`. Right: hand such settings to `generate()`, or set both.

    Remedy
    Unset the settings that are named, or set those that they need.

    When it is harmless
    Where the model is never saved.

    Known limits
    Only what the configuration alone shows.

    Sources
    https://huggingface.co/docs/transformers/main_classes/text_generation; measured on tiny models; the test
    of this check repeats it.
    """
    config: Any = copy.deepcopy(getattr(base_of(model), "generation_config", None))
    if not hasattr(config, "validate") or "strict" not in inspect.signature(config.validate).parameters:
        return None
    try:
        config.validate(strict=True)
    except (ValueError, TypeError) as error:
        said = str(error)
    else:
        return None
    named = [name for name in vars(config) if f"`{name}`:" in said]
    return Finding(
        Severity.ERROR,
        f"the generation configuration is invalid ({', '.join(named) or said.splitlines()[0]}): "
        "saving the model raises an error",
        Remedy(
            "unset what is named, or set what it needs",
            # transformers 5 has None for what is not set, 4 a value.
            code="; ".join(
                f"model.generation_config.{name} = {getattr(type(config)(), name, None)!r}" for name in named
            ),
        ),
        {"transformers says": said, **{name: getattr(config, name) for name in named}},
    )
