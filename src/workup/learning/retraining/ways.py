"""The three ways to learn new cases: from the base on everything, or on from the weights that serve.

All of them have taken equally many optimizer steps since the base. Who goes on has taken those of the serving
version before, so a fresh training is that much longer; nobody wins by having been trained for longer
(`compare.continue_or_fresh` has the same rule).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from workup.data.export import write_rows
from workup.data.rows import Row
from workup.pipeline.training import total_steps
from workup.recipe import Recipe

Way = Literal["fresh", "continue", "replay"]
WAYS: tuple[Way, ...] = get_args(Way)
TOLD: Mapping[Way, str] = {
    "fresh": "from the base, on old and new cases",
    "continue": "on from the serving weights, on new cases alone",
    "replay": "on from the serving weights, on new cases and as many old ones",
}
_VALIDATION = "validation.jsonl"
# A killed training loses at most this share of its steps.
_PARTS = 4


@dataclass(frozen=True)
class Start:
    """The weights that a training may go on from, and how many optimizer steps made them."""

    folder: Path
    steps: int


@dataclass(frozen=True)
class Lesson:
    """What there is to learn.

    Attributes:
        recipe: how the line is trained from its base; its data section names columns alone.
        old, new: rows that were trained on already, and rows that were not.
        validation: the rows that every way is tested on.
    """

    recipe: Recipe
    old: Sequence[Row]
    new: Sequence[Row]
    validation: Sequence[Row]

    @property
    def replayed(self) -> list[Row]:
        """As many old rows as there are new ones, drawn with the data seed.

        One half of memory to one half of news is what Chaudhry et al. 2019 (arXiv:1902.10486) train on.
        """
        chance = random.Random(self.recipe.data.seed)
        return chance.sample(list(self.old), min(len(self.new), len(self.old)))

    @property
    def steps(self) -> int:
        """Optimizer steps of going on: the recipe's epochs over new and replayed rows."""
        return total_steps(len(self.new) + len(self.replayed), self.recipe)


def write_ways(lesson: Lesson, start: Start, folder: Path, ways: Sequence[Way] = WAYS) -> dict[Way, Recipe]:
    """Write the rows of each way into a folder, anew, and give the recipes that train on them.

    Raises:
        DataError, SaveError: the rows cannot be written.
    """
    rows: dict[Way, list[Row]] = {
        "fresh": [*lesson.old, *lesson.new],
        "continue": list(lesson.new),
        "replay": [*lesson.new, *lesson.replayed],
    }
    _write(lesson.validation, folder / _VALIDATION)
    for way in ways:
        _write(rows[way], folder / f"{way}.jsonl")
    return {way: _recipe(way, lesson, start, len(rows[way]), folder) for way in ways}


def unwatched(recipe: Recipe) -> Recipe:
    """The same training with neither validation losses nor checkpoints on the way: for a comparison.

    Of a short training with many validation rows they would be the larger part. A look at the validation
    loss draws from the chance that dropout uses, so these weights are as if of another seed.
    """
    training = recipe.training.model_copy(update={"evaluate_every": "never", "checkpoint_every": "never"})
    return recipe.model_copy(update={"training": training})


def _recipe(way: Way, lesson: Lesson, start: Start, rows: int, folder: Path) -> Recipe:
    steps = lesson.steps + (start.steps if way == "fresh" else 0)
    every = -(-steps // _PARTS)
    data = lesson.recipe.data.model_copy(
        update={
            "source": str((folder / f"{way}.jsonl").resolve()),
            "validation_source": str((folder / _VALIDATION).resolve()),
            "split": "source",
            "split_column": None,
            "extra_source": None,
            "columns": {},
            "limit": None,
            "skip_bad": 0,
        }
    )
    training = lesson.recipe.training.model_copy(
        update={
            "epochs": _epochs(steps, rows, lesson.recipe),
            "evaluate_every": every,
            "checkpoint_every": every,
            "early_stopping": None,
            "continue_from": None if way == "fresh" else str(start.folder.resolve()),
        }
    )
    return lesson.recipe.model_copy(update={"data": data, "training": training})


def _epochs(steps: int, rows: int, recipe: Recipe) -> float:
    """The number of epochs that is exactly so many steps: steps are rounded up, so half a step less."""
    return (steps - 0.5) / total_steps(rows, recipe.change("training.epochs", 1.0))


def _write(rows: Sequence[Row], path: Path) -> None:
    path.unlink(missing_ok=True)
    write_rows(rows, path)
