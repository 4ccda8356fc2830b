"""What differs between a working and a failing fine-tune, as units that can be changed one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from pydantic import BaseModel, ValidationError

from workup.errors import RecipeError, nearest
from workup.isolate.setting import Setting
from workup.recipe import Recipe
from workup.trials import environments
from workup.trials.trial import Trial

# A difference of package versions is called so: "environment.transformers".
ENVIRONMENT = "environment"
# So many other fields are tried, at most, to make a change possible that is impossible alone.
_COMPANIONS = 2


@dataclass(frozen=True)
class Side:
    """The working or the failing fine-tune: a recipe in an environment (exact requirements)."""

    recipe: Recipe
    environment: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One dotted path, or one package's version, with its value on both sides."""

    path: str
    good: Any
    bad: Any

    def __str__(self) -> str:
        return f"{self.path} {_shown(self.good)} → {_shown(self.bad)}"


@dataclass(frozen=True)
class Difference:
    """The smallest thing that can be changed alone: one change, or several possible only together."""

    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """The paths, joined by "+"."""
        return "+".join(change.path for change in self.changes)

    def __str__(self) -> str:
        return ", ".join(map(str, self.changes))


class Pair:
    """A working and a failing fine-tune, and every mixture of the two.

    Attributes:
        differences: in the order of the recipe's fields, packages last.
        test: a source, all of whose rows are the test of every trial; None: each recipe's validation rows.
        answered: whether trials answer the tested rows, or only take their loss.
    """

    def __init__(self, good: Side, bad: Side, test: str | None = None, *, answered: bool = True) -> None:
        self.good, self.bad, self.test, self.answered = good, bad, test, answered
        fields = list(_changes(good.recipe, bad.recipe))
        self.differences = (
            *_possible(good.recipe, bad.recipe, fields),
            *packages(good.environment, bad.environment),
        )

    def mixed(self, changed: Iterable[str]) -> Side:
        """The good side with the differences of these names as on the bad side.

        Raises:
            RecipeError: the mixture is impossible.
        """
        names = set(changed)
        changes = [change for one in self.differences if one.name in names for change in one.changes]
        fields = [change for change in changes if not is_package(change)]
        return Side(_with(self.good.recipe, fields), moved(self.good.environment, changes))

    def trial(self, setting: Setting, share: float = 1.0) -> Trial:
        """The trial of a setting, its training shortened to a share of its length.

        Raises:
            RecipeError: the mixture is impossible.
        """
        side = self.mixed(setting.changed)
        recipe = shortened(side.recipe, share).model_copy(update={"seed": setting.seed})
        return Trial(recipe, side.environment, self.test, answered=self.answered, repeat=setting.repeat)


def shortened(recipe: Recipe, share: float) -> Recipe:
    """The recipe with a share of its epochs, and of its warm-up where that is a number of steps."""
    warmup = recipe.training.warmup
    update = {
        "epochs": recipe.training.epochs * share,
        "warmup": round(warmup * share) if isinstance(warmup, int) else warmup,
    }
    return recipe.model_copy(update={"training": recipe.training.model_copy(update=update)})


def choose(differences: Sequence[Difference], axes: Sequence[str]) -> list[Difference]:
    """The differences under one of the axes: a dotted path, a section ("training"), "environment".

    Raises:
        RecipeError: an axis under which nothing differs, with the nearest that does.
    """
    heads = {name for one in differences for change in one.changes for name in _heads(change.path)}
    for axis in axes:
        if axis not in heads:
            raise RecipeError(f"nothing differs under {axis!r}; {nearest(axis, sorted(heads))}")
    wanted = set(axes)
    return [one for one in differences if any(wanted & {*_heads(change.path)} for change in one.changes)]


def _heads(path: str) -> list[str]:
    keys = path.split(".")
    return [".".join(keys[:length]) for length in range(1, len(keys) + 1)]


def _changes(good: BaseModel, bad: BaseModel, prefix: str = "") -> Iterator[Change]:
    """Fields that differ; a section that one side lacks (such as training.lora) is one field."""
    for name in type(good).model_fields:
        left, right = getattr(good, name), getattr(bad, name)
        path = f"{prefix}{name}"
        if left == right or path == ENVIRONMENT:
            continue
        if isinstance(left, BaseModel) and isinstance(right, BaseModel):
            yield from _changes(left, right, f"{path}.")
        else:
            yield Change(path, left, right)


def packages(good: Sequence[str], bad: Sequence[str]) -> Iterator[Difference]:
    """Packages whose versions differ between two environments; what neither names is as installed."""
    left, right = dict(_pinned(good)), dict(_pinned(bad))
    installed = environments.installed()
    for name in sorted(left | right):
        here, there = left.get(name, installed.get(name)), right.get(name, installed.get(name))
        if here != there:
            yield Difference((Change(f"{ENVIRONMENT}.{name}", here, there),))


def _pinned(requirements: Iterable[str]) -> Iterator[tuple[str, str]]:
    for requirement in requirements:
        name, _, version = requirement.partition("==")
        yield name, version


def moved(environment: Sequence[str], changes: Iterable[Change]) -> tuple[str, ...]:
    """The environment with the packages among the changes in their bad versions."""
    versions = {change.path.partition(".")[2]: change.bad for change in changes if is_package(change)}
    wanted = {**dict(_pinned(environment)), **versions}
    if not wanted:
        return ()
    installed = environments.installed()
    return tuple(f"{name}=={v}" for name, v in sorted(wanted.items()) if installed.get(name) != v)


def is_package(change: Change) -> bool:
    """Whether the change is that of a package's version."""
    return change.path.startswith(f"{ENVIRONMENT}.")


def _with(recipe: Recipe, changes: Iterable[Change], *, bad: bool = True) -> Recipe:
    tree = recipe.model_dump()
    for change in changes:
        *parents, last = change.path.split(".")
        branch = tree
        for key in parents:
            branch = branch[key]
        value = change.bad if bad else change.good
        branch[last] = value.model_dump() if isinstance(value, BaseModel) else value
    try:
        return Recipe.model_validate(tree)
    except ValidationError as error:
        faults = "; ".join(str(fault["msg"]).removeprefix("Value error, ") for fault in error.errors())
        raise RecipeError(f"this mixture is impossible: {faults}") from None


def _possible(good: Recipe, bad: Recipe, changes: Sequence[Change]) -> Iterator[Difference]:
    """The changes, those joined that the recipe allows only together (a split and its column)."""
    left = list(changes)
    while left:
        first = left[0]
        together = next(
            (
                (first, *others)
                for count in range(_COMPANIONS + 1)
                for others in combinations(left[1:], count)
                if _is_possible(good, bad, (first, *others))
            ),
            (first,),
        )
        left = [change for change in left if change not in together]
        yield Difference(together)


def _is_possible(good: Recipe, bad: Recipe, changes: Sequence[Change]) -> bool:
    """Whether the changes can be made to the good side alone, and taken back from the bad one alone."""
    try:
        _with(good, changes)
        _with(bad, changes, bad=False)
    except RecipeError:
        return False
    return True


def _shown(value: Any) -> str:
    if isinstance(value, BaseModel):
        return ", ".join(f"{name} {inner}" for name, inner in value.model_dump().items())
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "given"
    return "none" if value is None else repr(value) if isinstance(value, str) else str(value)
