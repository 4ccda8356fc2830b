"""The last look before a training: whether any row that it will read must never be trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workup.data.rows import Row
from workup.errors import DataError
from workup.learning.copies import Copy, Texts
from workup.learning.references import reserved
from workup.learning.retraining.rows import divided
from workup.recipe import Recipe
from workup.registry.fingerprints import form, texts_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def barred(row: Row, recipe: Recipe, never: Texts) -> Copy | None:
    """The reserved text that a row is a copy of, in any form of a case that it holds; None: of none."""
    shapes = dict.fromkeys(map(form, texts_of(row.values, recipe)))
    return next((copies[0] for shape in shapes if (copies := never.copies(shape))), None)


def require_unbarred(session: Session, recipe: Recipe) -> None:
    """Read the recipe's data as its training does, and refuse it for one row that is reserved.

    Reserved are the case book's validation cases and every validation, test and canary set of the store, as
    they are now.

    Raises:
        DataError: a training row is a copy of a reserved text; or the data cannot be used.
    """
    never = reserved(session)
    for row in divided(recipe).train:
        if copy := barred(row, recipe, never):
            raise DataError(
                f"{row.place} is {copy} and must never be trained on; nothing was trained on it. "
                "Give the same command again: it leaves out what has become reserved"
            )
