"""Models that are kept, because several settings are tried on them or a training goes on from them."""

from __future__ import annotations

import shutil
from pathlib import Path

from workup.errors import Interrupted
from workup.pipeline import events
from workup.recipe import Generation, Recipe
from workup.run import CHECKPOINTS, MODEL, train
from workup.trials import Trial

_KEPT = "models"


def place(recipe: Recipe, folder: Path) -> Path:
    """Where the run of a recipe is kept: the same for recipes that differ in generation alone.

    The name depends on all that the weights do, the contents of data files included.
    """
    return folder / _KEPT / Trial(_without_generation(recipe)).key[:16]


def kept(recipe: Recipe, folder: Path, watch: events.Watch = events.ignore) -> Path:
    """The folder of the finished run of a recipe, trained now unless it has been.

    Raises:
        Interrupted: Ctrl-C; the same call goes on from the last checkpoint.
        DataError, ModelError, SaveError: see `workup.run.train`.
    """
    path = place(recipe, folder)
    if (path / MODEL).is_dir():
        return path
    begun = (path / "recipe.yaml").is_file()
    try:
        train(_without_generation(recipe), path, resume=begun, watch=watch)
    except Interrupted:
        again = "Go on with: the same command"
        raise Interrupted(f"stopped; what is done is kept in {folder}. {again}") from None
    # Several times the size of the model, and of no more use.
    shutil.rmtree(path / CHECKPOINTS, ignore_errors=True)
    return path


def _without_generation(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"generation": Generation()})
