"""workup compare"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from workup.compare import Comparison, Plan, Side


class Mode(StrEnum):
    """What is compared."""

    TWO = "two"
    CONTINUE_VS_FRESH = "continue-vs-fresh"


def compare(
    a: Annotated[Path, typer.Argument(help="A recipe, or the folder of a finished run.")],
    b: Annotated[Path | None, typer.Argument(help="Another of the same kind.")] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one value of both recipes first."),
    ] = None,
    mode: Annotated[
        Mode,
        typer.Option(help="Two recipes or runs, or going on from A against one long training."),
    ] = Mode.TWO,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, help="Trainings of each recipe; finished runs have one.  [default: 5]"),
    ] = None,
    epochs: Annotated[
        float | None,
        typer.Option(min=0, help="continue-vs-fresh: how many epochs longer.  [default: as many as A has]"),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(help="A file or source to test on.  [default: the rows that both hold out]"),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Trainings at a time.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report.  [default: comparisons/A-B]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Say which of two recipes or runs is better, paired by seed and case, or that it is too close to call.

    A command that was stopped goes on where it was when it is given again.
    """
    from workup.cli.console import output, print_json, quiet_libraries
    from workup.cli.doing import doing

    quiet_libraries()
    from workup.compare import carry_out
    from workup.compare.report import comparison_json, save_comparison
    from workup.compare.words import foresight

    folder = out or Path("comparisons") / (f"{_short(a)}-{_short(b)}" if b else f"{_short(a)}-{mode}")
    sides = [_side(path, changes or []) for path in (a, b) if path]
    plan = _plan(sides, mode, seeds, epochs, data, folder)
    console = output()
    if not as_json:
        for note in (foresight(plan.cases.independent, len(plan.seeds)), *plan.notes):
            console.print(f"  {note}", markup=False)
    with doing() as watch:
        comparison = carry_out(plan, folder, workers=workers, watch=watch)
    save_comparison(comparison, folder)
    if as_json:
        print_json(comparison_json(comparison))
    else:
        _show(console, comparison)
        console.print(f"  The report is in {folder}: comparison.json, comparison.svg")


def _side(path: Path, changes: Sequence[str]) -> Side:
    from workup.cli.arguments import load_recipe
    from workup.compare import Side, side
    from workup.errors import RecipeError

    if not changes:
        return side(path)
    if path.is_dir():
        raise RecipeError(f"--set changes recipes, and {path} is a finished run: compare {path}/recipe.yaml")
    return Side(str(path), load_recipe(path, changes))


def _plan(
    sides: Sequence[Side],
    mode: Mode,
    seeds: int | None,
    epochs: float | None,
    data: str | None,
    folder: Path,
) -> Plan:
    from workup.compare import continue_or_fresh, of_recipes, of_runs
    from workup.compare.plan import SEEDS
    from workup.errors import RecipeError

    a, *rest = sides
    if mode is Mode.CONTINUE_VS_FRESH:
        if rest:
            raise RecipeError(f"--mode {mode} takes one run or recipe: leave out {rest[0].name}")
        return continue_or_fresh(a, folder, seeds or SEEDS, epochs, data)
    if epochs is not None:
        raise RecipeError(
            f"--epochs belongs to --mode {Mode.CONTINUE_VS_FRESH}; recipes have training.epochs"
        )
    if not rest:
        raise RecipeError(
            f"there is nothing to compare {a.name} with: name a second, or --mode {Mode.CONTINUE_VS_FRESH}"
        )
    if a.run is None and rest[0].run is None:
        return of_recipes(a, rest[0], seeds or SEEDS, data)
    if seeds is not None:
        raise RecipeError(
            f"finished runs have one training each, so --seeds is impossible; "
            f"compare their recipes: {a.name}/recipe.yaml {rest[0].name}/recipe.yaml"
        )
    return of_runs(a, rest[0], data)


def _short(path: Path) -> str:
    return path.stem if path.suffix in {".yaml", ".yml"} else path.name


def _show(console: Console, comparison: Comparison) -> None:
    from workup.cli.views import table
    from workup.compare.words import p_value, verdict

    plan = comparison.plan
    scores = table("seed", "A", "B", "B - A", "only A right", "only B right", "McNemar p", "corrected")
    rows = zip(plan.seeds, comparison.a, comparison.b, comparison.tests, comparison.corrected, strict=True)
    for seed, a, b, test, corrected in rows:
        shares = f"{a.mean():.1%}", f"{b.mean():.1%}", f"{100 * (b.mean() - a.mean()):+.1f}"
        p_values = p_value(test.p), p_value(corrected)
        scores.add_row(str(seed), *shares, str(test.only_a), str(test.only_b), *p_values)
    console.print(f"\n  A: {plan.names[0]}\n  B: {plan.names[1]}", markup=False)
    console.print(scores)
    console.print(f"  {verdict(comparison)}", markup=False, style="bold")
