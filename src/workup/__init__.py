"""Workup fine-tunes encoder-decoder language models, and when the result is wrong it finds out why.

The public names are imported on first use, so that `import workup` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workup.data.rows import Example
    from workup.errors import (
        DataError,
        Interrupted,
        ModelError,
        RecipeError,
        RegistryError,
        RunError,
        SaveError,
        WorkupError,
    )
    from workup.evaluation.evaluate import Evaluation
    from workup.examine.api import examine
    from workup.examine.monitor import Monitor
    from workup.pipeline.predictor import Prediction
    from workup.recipe import Difference, Recipe
    from workup.run import Run, train

_HOMES = {
    "DataError": "workup.errors",
    "Difference": "workup.recipe",
    "Evaluation": "workup.evaluation.evaluate",
    "Example": "workup.data.rows",
    "Interrupted": "workup.errors",
    "ModelError": "workup.errors",
    "Monitor": "workup.examine.monitor",
    "Prediction": "workup.pipeline.predictor",
    "Recipe": "workup.recipe",
    "RecipeError": "workup.errors",
    "RegistryError": "workup.errors",
    "Run": "workup.run",
    "RunError": "workup.errors",
    "SaveError": "workup.errors",
    "WorkupError": "workup.errors",
    "examine": "workup.examine.api",
    "train": "workup.run",
}

__all__ = [
    "DataError",
    "Difference",
    "Evaluation",
    "Example",
    "Interrupted",
    "ModelError",
    "Monitor",
    "Prediction",
    "Recipe",
    "RecipeError",
    "RegistryError",
    "Run",
    "RunError",
    "SaveError",
    "WorkupError",
    "examine",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workup' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
