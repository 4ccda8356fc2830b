"""A side of a comparison, a recipe or a finished run; and the cases that both sides are tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workup.data.rows import Example
from workup.errors import DataError, RecipeError
from workup.recipe import Difference, Recipe
from workup.run import Run

# Names of a recipe; no number depends on them. The seed is the comparison's to set.
_NO_DIFFERENCE = ("seed", "notice", "environment")


@dataclass(frozen=True)
class Side:
    """A recipe, or a finished run with the recipe that made it; `name` is what the report calls it."""

    name: str
    recipe: Recipe
    run: Run | None = None

    def test(self, data: str | None) -> list[Example]:
        """The validation examples of the recipe, or all rows of `data` through its templates.

        Raises:
            DataError: see `workup.run.Run.test_examples`.
        """
        return (self.run or Run(Path(self.name), self.recipe)).test_examples(data)


@dataclass(frozen=True)
class Cases:
    """What both sides are tested on: N ids, and the group of each where the recipe names a column of them."""

    ids: tuple[str, ...]
    groups: tuple[str, ...] | None

    @property
    def independent(self) -> int:
        """How many of them, or of their groups, are independent of each other."""
        return len(set(self.groups) if self.groups is not None else self.ids)


def side(path: str | Path) -> Side:
    """The side that a recipe file or the folder of a run describes.

    Raises:
        RecipeError, RunError: it is neither, or the run has not finished.
    """
    path = Path(path)
    if path.is_dir():
        run = Run.load(path)
        return Side(str(path), run.recipe, run)
    return Side(str(path), Recipe.load(path))


def differences(a: Recipe, b: Recipe) -> list[Difference]:
    """What differs and can matter: not the seed, the notice, or the environment that a run wrote down."""
    return [d for d in a.diff(b) if d.path.partition(".")[0] not in _NO_DIFFERENCE]


def only_generation(differing: Sequence[Difference]) -> bool:
    """Whether nothing that is trained differs."""
    return all(d.path.startswith("generation.") for d in differing)


def common_cases(a: Side, b: Side, data: str | None) -> Cases:
    """The cases of both sides.

    Raises:
        DataError: the two hold out other rows, or expect other answers to them.
    """
    mine, theirs = a.test(data), b.test(data)
    ids, other_ids = [e.id for e in mine], [e.id for e in theirs]
    if ids != other_ids:
        shared = len(set(ids) & set(other_ids))
        raise DataError(
            f"{a.name} and {b.name} are tested on other rows: {len(ids)} and {len(other_ids)}, "
            f"{shared} of them in both. Paired results need the same rows: "
            "name some that neither was trained on with --data FILE"
        )
    for here, there in zip(mine, theirs, strict=True):
        if here.answers[0] != there.answers[0]:
            raise DataError(
                f"row {here.id!r} has another right answer in {a.name} ({here.answers[0]!r}) than in "
                f"{b.name} ({there.answers[0]!r}); the two solve different tasks and cannot be compared"
            )
    return cases_of(a.recipe, mine)


def cases_of(recipe: Recipe, examples: Sequence[Example]) -> Cases:
    """The cases that these examples are."""
    groups = tuple(e.group for e in examples) if recipe.data.group else None
    return Cases(tuple(e.id for e in examples), groups)


def require_difference(a: Side, b: Side) -> list[Difference]:
    """What differs between the two.

    Raises:
        RecipeError: nothing does.
    """
    found = differences(a.recipe, b.recipe)
    if not found:
        raise RecipeError(
            f"{a.name} and {b.name} describe the same fine-tune (the seed aside, which a comparison sets): "
            "there is nothing to compare"
        )
    return found
