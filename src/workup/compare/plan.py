"""What a comparison will do, checked before anything is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workup.compare.budget import budget, stated
from workup.compare.models import place
from workup.compare.sides import (
    Cases,
    Side,
    cases_of,
    common_cases,
    only_generation,
    require_difference,
)
from workup.errors import RecipeError
from workup.recipe import Difference, Recipe

SEEDS = 5
# A continued training shuffles anew: the first stage has used this seed's orders of rows.
_SECOND_STAGE = 1_000_000
_TEXTS = ("data.", "prompt.", "target.", "tokens.", "base")


@dataclass(frozen=True)
class Plan:
    """Two sides, made ready.

    Attributes:
        names: of A and B.
        recipes: of A and B, one for each seed.
        seeds: of the pairs; one for two finished runs.
        cases: what all are tested on.
        test: the source of the cases; None: the validation rows.
        changed: what differs.
        notes: sentences on what is equal and what the result will not say.
        runs: the folders of A's and B's finished runs; None: the recipes are trained.
        first: recipes that are trained before those that go on from them.
    """

    names: tuple[str, str]
    recipes: tuple[tuple[Recipe, ...], tuple[Recipe, ...]]
    seeds: tuple[int, ...]
    cases: Cases
    test: str | None
    changed: tuple[Difference, ...]
    notes: tuple[str, ...]
    runs: tuple[Path, Path] | None = None
    first: tuple[Recipe, ...] = ()


def of_recipes(a: Side, b: Side, seeds: int = SEEDS, test: str | None = None) -> Plan:
    """Both recipes trained with the same seeds; where only generation differs, one model a seed for both.

    Raises:
        RecipeError: the two describe the same fine-tune.
        DataError: their data cannot be used, or they are not tested on the same rows.
    """
    changed = require_difference(a, b)
    cases = common_cases(a, b, test)
    numbers = tuple(range(a.recipe.seed, a.recipe.seed + seeds))
    if only_generation(changed):
        notes = ["Only the generation differs: one trained model a seed answers under both settings."]
    else:
        same_texts = not any(d.path.startswith(_TEXTS) for d in changed)
        notes = [stated(budget(a.recipe), budget(b.recipe), same_texts=same_texts)]
    if seeds == 1:
        notes.append(_one_seed("a larger --seeds"))
    recipes = (_seeded(a.recipe, numbers), _seeded(b.recipe, numbers))
    return Plan((a.name, b.name), recipes, numbers, cases, test, tuple(changed), tuple(notes))


def of_runs(a: Side, b: Side, test: str | None = None) -> Plan:
    """Two finished runs: nothing is trained, and cases alone are paired.

    Raises:
        RecipeError: one of the sides is a recipe, or both are the same run.
        DataError: they are not tested on the same rows.
    """
    if a.run is None or b.run is None:
        recipe, run = (a, b) if a.run is None else (b, a)
        raise RecipeError(
            f"{recipe.name} is a recipe and {run.name} a finished run; compare two of a kind. "
            f"The recipe of the run is {run.name}/recipe.yaml"
        )
    if a.run.folder.resolve() == b.run.folder.resolve():
        raise RecipeError(f"{a.name} and {b.name} are the same run: there is nothing to compare")
    return Plan(
        names=(a.name, b.name),
        recipes=((a.recipe,), (b.recipe,)),
        seeds=(a.recipe.seed,),
        cases=common_cases(a, b, test),
        test=test,
        changed=tuple(a.recipe.diff(b.recipe)),
        notes=(_one_seed(f"workup compare {a.name}/recipe.yaml {b.name}/recipe.yaml"),),
        runs=(a.run.folder, b.run.folder),
    )


def continue_or_fresh(
    start: Side, folder: Path, seeds: int = SEEDS, epochs: float | None = None, test: str | None = None
) -> Plan:
    """Going on from a finished training (A) against one training of the whole length (B).

    A trains as the recipe says, then `epochs` more with a new optimizer and schedule; B trains as many
    epochs at once. Both take the same steps over the same rows. Every seed has its own first stage, so that
    the luck of one run is not taken for a law; that of the given run's seed is the run itself.

    Args:
        folder: where the first stages are kept.
        epochs: how much longer; None: as long again.

    Raises:
        RecipeError: early stopping would make the lengths unequal.
        DataError: the recipe's data cannot be used, or holds no rows out.
    """
    recipe = start.recipe
    if recipe.training.early_stopping is not None:
        raise RecipeError(
            f"{start.name}: training.early_stopping decides by itself how long a training is, so the two "
            "sides would not be of equal length; set it to null"
        )
    more = recipe.training.epochs if epochs is None else epochs
    numbers = tuple(range(recipe.seed, recipe.seed + seeds))
    first = _seeded(recipe, numbers)
    longer = recipe.change("training.epochs", more)
    begun = [_first_stage(start, stage, folder) for stage in first]
    continued = tuple(
        longer.change("seed", seed + _SECOND_STAGE).change("training.continue_from", str(path))
        for seed, path in zip(numbers, begun, strict=True)
    )
    fresh = recipe.change("training.epochs", recipe.training.epochs + more)
    equal = stated(budget(recipe) + budget(longer), budget(fresh), same_texts=True)
    schedule = "A begins a new optimizer and schedule half-way, B has one: this is what is compared."
    return Plan(
        names=("continue", "fresh"),
        recipes=(continued, _seeded(fresh, numbers)),
        seeds=numbers,
        cases=cases_of(recipe, start.test(test)),
        test=test,
        changed=tuple(longer.diff(fresh)),
        notes=(equal, schedule, *([_one_seed("a larger --seeds")] if seeds == 1 else [])),
        first=tuple(
            stage
            for stage, path in zip(first, begun, strict=True)
            if start.run is None or path != start.run.folder.resolve()
        ),
    )


def _first_stage(start: Side, recipe: Recipe, folder: Path) -> Path:
    if start.run is not None and recipe.seed == start.recipe.seed:
        return start.run.folder.resolve()
    return place(recipe, folder).resolve()


def _seeded(recipe: Recipe, seeds: Sequence[int]) -> tuple[Recipe, ...]:
    return tuple(recipe.change("seed", seed) for seed in seeds)


def _one_seed(instead: str) -> str:
    return (
        "One training of each: the result is about these two models and says nothing about another "
        f"training with these settings. For that: {instead}"
    )
