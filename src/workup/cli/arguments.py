"""Arguments that several verbs take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workup.errors import RecipeError
from workup.recipe import Recipe
from workup.recipe.yaml_form import parse_value


def load_recipe(path: Path, changes: Sequence[str] = ()) -> Recipe:
    """A recipe with the changes of `--set PATH=VALUE` applied, in their order."""
    recipe = Recipe.load(path)
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise RecipeError(
                f"--set {change!r}: expected PATH=VALUE, e.g. --set training.learning_rate=1e-3"
            )
        recipe = recipe.change(name.strip(), parse_value(value))
    return recipe
