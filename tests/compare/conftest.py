"""Comparisons of made-up results, and the folder in which a recipe of the colour task lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from workup.compare import Comparison, Plan, Side, side
from workup.compare.sides import Cases
from workup.recipe import Recipe


@pytest.fixture
def compared(colour_recipe: Recipe) -> Callable[..., Comparison]:
    """A comparison of `a` and `b`, each (S, N) of zeros and ones."""

    def make(a: Sequence[Sequence[int]], b: Sequence[Sequence[int]]) -> Comparison:
        right_a, right_b = np.array(a, bool), np.array(b, bool)
        seeds, cases = right_a.shape
        plan = Plan(
            names=("first", "second"),
            recipes=((colour_recipe,) * seeds, (colour_recipe,) * seeds),
            seeds=tuple(range(seeds)),
            cases=Cases(tuple(f"case-{n}" for n in range(cases)), None),
            test=None,
            changed=(),
            notes=("A note.",),
        )
        return Comparison.of(plan, right_a, right_b)

    return make


@pytest.fixture
def saved(colour_recipe: Recipe, tmp_path: Path) -> Callable[..., Side]:
    """The colour recipe with changes, saved as NAME.yaml and read as a side."""

    def save(name: str, **changes: object) -> Side:
        recipe = colour_recipe
        for path, value in changes.items():
            recipe = recipe.change(path.replace("__", "."), value)
        recipe.save(tmp_path / f"{name}.yaml")
        return side(tmp_path / f"{name}.yaml")

    return save
