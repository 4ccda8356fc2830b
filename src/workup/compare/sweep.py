"""A sweep: many settings of one recipe or run on the same cases, the winner's luck taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workup.compare import progress
from workup.compare.answers import answers
from workup.compare.grid import Setting, grid
from workup.compare.outcomes import outcomes, right
from workup.compare.selection import Selection, select
from workup.compare.sides import Cases, Side, cases_of
from workup.errors import RecipeError
from workup.evaluation.paired import ERROR_RATE, Effect, effect, holm
from workup.recipe import Recipe
from workup.trials import Outcome


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep will do.

    Attributes:
        name: of the recipe or run.
        settings: with their recipes; the first are the recipe's own.
        seeds: of the trainings of each setting.
        cases: what all are tested on.
        test: the source of the cases; None: the validation rows.
        notes: sentences on what the result will not say.
        run: the folder of a finished run; None: the recipe is trained.
    """

    name: str
    settings: tuple[tuple[Setting, Recipe], ...]
    seeds: tuple[int, ...]
    cases: Cases
    test: str | None
    notes: tuple[str, ...]
    run: Path | None


@dataclass(frozen=True)
class Tried:
    """One setting: its share of right answers, and how it differs from the recipe's own settings.

    `p` stands among all that were tried (Holm). Both are None for the recipe's own settings.
    """

    setting: Setting
    recipe: Recipe
    top1: float
    effect: Effect | None
    p: float | None

    @property
    def proved(self) -> bool:
        """Whether it differs from the recipe's own settings beyond doubt, although so many were tried."""
        return self.effect is not None and self.p is not None and self.effect.proved and self.p < ERROR_RATE


@dataclass(frozen=True)
class Sweep:
    """What came of a plan; the first that was tried are the recipe's own settings."""

    plan: SweepPlan
    tried: tuple[Tried, ...]
    selection: Selection

    @property
    def winner(self) -> Tried:
        """The setting that was best on all cases."""
        return self.tried[self.selection.winner]

    @property
    def recommended(self) -> Tried:
        """The winner where it is proved to be better, else the recipe's own settings."""
        return self.winner if self.winner.proved else self.tried[0]


def plan_sweep(start: Side, over: Sequence[str], seeds: int = 1, test: str | None = None) -> SweepPlan:
    """Every combination of settings, checked before anything is trained or answered.

    Args:
        over: such as "generation.num_beams=1,2,4".
        test: a source, all of whose rows are the test; None: the validation rows.

    Raises:
        RecipeError: a setting cannot be, or cannot be tried on a finished run.
        DataError: the test cannot be used, or the settings would not be tested on the same rows.
    """
    settings = grid(start.recipe, over)
    paths = [path for path, _ in settings[0][0]]
    for path in paths:
        require_possible(start, path, test)
    notes = []
    if seeds == 1 and not all(path.startswith("generation.") for path in paths):
        notes.append(
            "One training of each setting: its luck cannot be told from what the setting is worth; "
            "for that: --seeds 3 or more"
        )
    numbers = tuple(range(start.recipe.seed, start.recipe.seed + seeds))
    cases = cases_of(start.recipe, start.test(test))
    run = start.run.folder if start.run is not None else None
    return SweepPlan(start.name, tuple(settings), numbers, cases, test, tuple(notes), run)


def sweep(
    plan: SweepPlan, folder: Path, *, workers: int = 1, watch: progress.Watch = progress.ignore
) -> Sweep:
    """Try every setting of a plan.

    A finished run answers under each; a recipe is trained with every seed, once for all settings that
    differ in generation alone.

    Args:
        folder: remembers what is done; the same call goes on where it was stopped.
        workers: how many trainings run at a time.

    Raises:
        RunError: a training failed.
        Interrupted: Ctrl-C.
    """
    recipes = [recipe for _, recipe in plan.settings]
    if plan.run is not None:
        tally = progress.Tally("answering", len(recipes), watch)
        found = [[one] for one in answers(plan.run, recipes, folder, plan.test, tally.tell)]
    else:
        seeded = [[recipe.change("seed", seed) for seed in plan.seeds] for recipe in recipes]
        found = outcomes(seeded, folder, test=plan.test, workers=workers, watch=watch)
    return _judged(plan, found)


def require_possible(start: Side, path: str, test: str | None) -> None:
    """Refuse what a sweep of this side cannot vary.

    Raises:
        RecipeError: a finished run's training, or what changes the rows that are tested.
    """
    if start.run is not None and not path.startswith("generation."):
        raise RecipeError(
            f"--over {path}: a finished run can only answer in other ways (generation.*); "
            f"to train anew, sweep its recipe: {start.name}/recipe.yaml"
        )
    if path.startswith("data.") and path not in {"data.limit", "data.extra_source"} and test is None:
        raise RecipeError(
            f"--over {path}: each setting would be tested on other rows; name common ones with --data FILE"
        )


def _judged(plan: SweepPlan, found: Sequence[Sequence[Outcome]]) -> Sweep:
    groups = plan.cases.groups
    results = np.array([right(outcomes) for outcomes in found])  # (C, S, N)
    effects = [effect(results[0], one, groups) for one in results[1:]]
    corrected = holm([one.p for one in effects])
    shares = [float(one.mean()) for one in results]
    own, *others = plan.settings
    tried = [Tried(*own, shares[0], None, None)]
    for (setting, recipe), share, one, p in zip(others, shares[1:], effects, corrected, strict=True):
        tried.append(Tried(setting, recipe, share, one, p))
    return Sweep(plan, tuple(tried), select(results, groups))
