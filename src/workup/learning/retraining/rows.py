"""Rows to train on: those of a recipe, and released cases as further rows of the same form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workup.clinic.assess.forms import FREE_TEXT
from workup.data import splits
from workup.data.rows import Row, as_text
from workup.data.splits import Split
from workup.errors import RecipeError
from workup.pipeline.prompt import Template, columns_needed
from workup.recipe import Recipe


@dataclass(frozen=True)
class Case:
    """A case to learn: its text, and the diagnosis that was agreed on; `id` becomes that of its row."""

    id: str
    text: str
    diagnosis: str


def divided(recipe: Recipe) -> Split:
    """The rows of a recipe as its training reads them.

    Raises:
        DataError: the recipe's data cannot be used.
    """
    return splits.load(recipe.data, columns_needed(recipe))


def answer_of(row: Row, recipe: Recipe) -> str:
    """The answer that a row teaches."""
    return as_text(row.values[Template(recipe.target.template).fields[0]])


def case_rows(cases: Iterable[Case], recipe: Recipe, taught: Iterable[Row]) -> list[Row]:
    """Cases as rows that the recipe's templates can read.

    Args:
        taught: rows of the recipe; from them come the further accepted names of each diagnosis.

    Raises:
        RecipeError: the prompt reads several columns, or the target says more than the diagnosis.
    """
    prompt, target = (Template(one.template).fields for one in (recipe.prompt, recipe.target))
    if len(prompt) > 1 or len(target) > 1:
        named = ", ".join((*prompt, *target))
        raise RecipeError(
            f"a released case is a text and a diagnosis, and this recipe reads {named}: the learning loop "
            "trains recipes of one column in prompt.template and one in target.template"
        )
    names = {answer_of(row, recipe): row.values for row in taught}
    return [_row(case, recipe, prompt[0], target[0], names.get(case.diagnosis, {})) for case in cases]


def _row(case: Case, recipe: Recipe, reads: str, says: str, known: Mapping[str, object]) -> Row:
    also = recipe.data.accepted
    unknown = dict.fromkeys(filter(None, (recipe.data.strata, recipe.data.group)))
    accepted = {also: known.get(also)} if also else {}
    values = {**unknown, **accepted, "id": case.id, FREE_TEXT: case.text, reads: case.text}
    return Row({**values, says: case.diagnosis}, case.id)
