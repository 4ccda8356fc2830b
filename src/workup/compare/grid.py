"""The settings of a sweep: every combination of the values that are to be tried."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from workup.errors import RecipeError
from workup.recipe import Recipe
from workup.recipe.yaml_form import parse_value

# The more settings are tried, the more the best of them owes to chance.
MOST = 50

Setting = tuple[tuple[str, Any], ...]


def grid(recipe: Recipe, over: Sequence[str]) -> list[tuple[Setting, Recipe]]:
    """The recipe's own settings first, then every combination; each with its dotted paths and values.

    Args:
        over: such as "generation.num_beams=1,2,4".

    Raises:
        RecipeError: no such path, an impossible value, nothing to try, or more than 50 settings.
    """
    axes = [_axis(text) for text in over]
    paths = [path for path, _ in axes]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice:
        raise RecipeError(f"--over {twice} stands twice; name all its values at once: {twice}=VALUE,VALUE")
    count = 1
    for _, values in axes:
        count *= len(values)
    if count > MOST:
        raise RecipeError(
            f"{count} settings are too many: the best of so many is mostly luck. Try at most {MOST}, "
            "coarse steps first"
        )
    settings: dict[str, tuple[Setting, Recipe]] = {}
    own = tuple((path, _value(recipe, path)) for path in paths)
    for setting in [own, *(tuple(zip(paths, values, strict=True)) for values in _product(axes))]:
        changed = recipe
        for path, value in setting:
            changed = changed.change(path, value)
        settings.setdefault(changed.model_dump_json(), (setting, changed))
    if len(settings) == 1:
        raise RecipeError("every setting to be tried is the recipe's own; name other values with --over")
    return list(settings.values())


def _axis(text: str) -> tuple[str, list[Any]]:
    path, equals, values = text.partition("=")
    parsed = parse_value(f"[{values}]")
    if not equals or not isinstance(parsed, list) or not parsed:
        raise RecipeError(f"--over {text!r}: expected PATH=VALUE,VALUE, e.g. --over generation.num_beams=1,4")
    path = path.strip()
    if path in {"seed", "data.seed"}:
        raise RecipeError(f"--over {path}: a seed is no setting to choose; use --seeds to see its influence")
    return path, parsed


def _product(axes: Sequence[tuple[str, list[Any]]]) -> list[tuple[Any, ...]]:
    return list(itertools.product(*(values for _, values in axes)))


def _value(recipe: Recipe, path: str) -> Any:
    """The recipe's own value, as a plain one."""
    value: Any = recipe.model_dump()
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
