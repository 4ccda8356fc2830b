"""Arguments that several verbs take."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from workup.learning.database import DEFAULT
from workup.learning.environment import database

if TYPE_CHECKING:
    from workup.data.rows import BadRow, Row
    from workup.recipe import Recipe


def load_recipe(path: Path, changes: Sequence[str] = ()) -> Recipe:
    """A recipe with the changes of `--set PATH=VALUE` applied, in their order."""
    from workup.errors import RecipeError
    from workup.recipe import Recipe
    from workup.recipe.yaml_form import parse_value

    recipe = Recipe.load(path)
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise RecipeError(
                f"--set {change!r}: expected PATH=VALUE, e.g. --set training.learning_rate=1e-3"
            )
        recipe = recipe.change(name.strip(), parse_value(value))
    return recipe


SOURCE = typer.Argument(
    help="A csv, tsv, jsonl or parquet file, a datasets folder, an installed source (clinic), or a format "
    "and its argument (ddxplus:FOLDER)."
)
SKIP_BAD = typer.Option(metavar="N", min=0, help="Go on without up to N rows that cannot be used, counted.")

FROM_ENVIRONMENT = ""
DATABASE = typer.Option(
    "--database",
    "--database-url",
    callback=lambda given: given or database(),
    show_default=DEFAULT,
    metavar="PATH|URL",
    help="An SQLite file, or postgresql://USER@HOST/NAME; also from DATABASE_URL or DATABASE_URL_FILE.",
)

BUDGET = typer.Option(
    metavar="SECONDS", min=1, help="Of --confirm: so long for all experiments; the cheapest come first."
)


def read_source(source: str, skip_bad: int) -> list[Row]:
    """All usable rows; dropped ones are listed on standard error."""
    from workup.data.rows import refuse, separate
    from workup.data.sources import require_rows, stream

    rows, bad = separate(stream(source))
    refuse(bad, skip_bad)
    list_dropped(bad)
    return require_rows(rows, source)


def require_writable(file: Path | None) -> None:
    """Refuse a file that cannot be written before the work for it is done.

    Raises:
        SaveError: it is a folder, or stands in none that can be written to.
    """
    from workup.errors import SaveError

    if file is None:
        return
    if file.is_dir():
        raise SaveError(f"{file} is a folder; name a file")
    if not file.parent.is_dir() or not os.access(file.parent, os.W_OK):
        raise SaveError(f"{file} cannot be written: {file.parent} is no folder that can be written to")


def own_version() -> str:
    """The installed version of Workup."""
    from workup.pipeline.versions import installed

    return installed(["workup"])["workup"]


def list_dropped(bad: Iterable[BadRow]) -> None:
    """Say on standard error which rows were dropped, and why."""
    for row in bad:
        print(f"dropped: {row}", file=sys.stderr)
