"""Outcomes of several settings, each with several seeds, by the cheapest way that measures what differs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from workup.compare.answers import answers
from workup.compare.models import kept, place
from workup.compare.progress import Tally, Watch
from workup.errors import RunError
from workup.evaluation.paired import Right
from workup.recipe import Recipe
from workup.trials import Outcome, Trial, run


def outcomes(
    settings: Sequence[Sequence[Recipe]],
    folder: Path,
    *,
    test: str | None,
    workers: int,
    watch: Watch,
) -> list[list[Outcome]]:
    """One outcome for each setting and seed, as `settings` are given: a recipe for each.

    Where settings differ in generation, every different training is made once and kept in the folder, and
    each model answers under all settings that it belongs to. Otherwise every recipe is a trial in a fresh
    process, `workers` at a time.

    Raises:
        RunError: a trial failed.
        Interrupted: Ctrl-C; the same call goes on.
    """
    flat = [recipe for seeds in settings for recipe in seeds]
    if len({recipe.generation.model_dump_json() for recipe in flat}) > 1:
        found = _by_model(flat, folder, test, watch)
    else:
        tally = Tally("training and testing", len(flat), watch)
        trials = [Trial(recipe, test=test) for recipe in flat]
        found = run(trials, folder, workers=workers, watch=tally.trial)
    for recipe, outcome in zip(flat, found, strict=True):
        if outcome.error is not None:
            raise RunError(
                f"a training (seed {recipe.seed}) failed: {outcome.error}\n"
                f"The others are kept in {folder}; the same command goes on with this one"
            )
    pairs = iter(found)
    return [[next(pairs) for _ in seeds] for seeds in settings]


def _by_model(recipes: Sequence[Recipe], folder: Path, test: str | None, watch: Watch) -> list[Outcome]:
    belonging: dict[Path, list[int]] = {}
    for position, recipe in enumerate(recipes):
        belonging.setdefault(place(recipe, folder), []).append(position)
    train_all([recipes[positions[0]] for positions in belonging.values()], folder, watch)
    tally = Tally("answering", len(recipes), watch)
    found: dict[int, Outcome] = {}
    for model, positions in belonging.items():
        mine = [recipes[position] for position in positions]

        def tell(index: int, share: float, positions: list[int] = positions) -> None:
            tally.tell(positions[index], share)

        found.update(zip(positions, answers(model, mine, folder, test, tell), strict=True))
    return [found[position] for position in range(len(recipes))]


def train_all(recipes: Sequence[Recipe], folder: Path, watch: Watch) -> None:
    """Train and keep a model of every recipe."""
    tally = Tally("training", len(recipes), watch)
    for piece, recipe in enumerate(recipes):
        kept(recipe, folder, tally.training(piece))
        tally.tell(piece, 1.0)


def right(found: Sequence[Outcome]) -> Right:
    """Whether the first answer was right: (S, N) for the outcomes of S seeds on N cases."""
    return np.array([[rank == 1 for rank in outcome.ranks] for outcome in found])
