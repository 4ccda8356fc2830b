"""workup sweep"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from workup.compare import Sweep


def sweep(
    of: Annotated[
        Path, typer.Argument(metavar="RECIPE|RUN", help="A recipe, or the folder of a finished run.")
    ],
    over: Annotated[
        list[str],
        typer.Option(
            metavar="PATH=V,V", help="Values to try, e.g. generation.num_beams=1,2,4; repeat for a grid."
        ),
    ],
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Trainings of each setting of a recipe.  [default: 1]")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="A file or source to test on.  [default: the rows held out]")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Trainings at a time.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder of the report.  [default: sweeps/NAME]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Try many settings, and say what the best of them is worth once its luck is taken off.

    A finished run can be swept over generation settings; a recipe is trained, once for all settings that
    differ in generation alone. A command that was stopped goes on where it was when it is given again.
    """
    from workup.cli.console import output, print_json, quiet_libraries
    from workup.cli.doing import doing
    from workup.errors import RecipeError

    quiet_libraries()
    from workup.compare import plan_sweep, side
    from workup.compare import sweep as run_sweep
    from workup.compare.report import save_sweep, sweep_json
    from workup.compare.words import foresight

    start = side(of)
    if start.run is not None and seeds is not None:
        raise RecipeError(f"{of} is one finished training, so --seeds is impossible; sweep {of}/recipe.yaml")
    folder = out or Path("sweeps") / (of.stem if start.run is None else of.name)
    plan = plan_sweep(start, over, seeds or 1, data)
    console = output()
    if not as_json:
        for note in (foresight(plan.cases.independent, len(plan.seeds)), *plan.notes):
            console.print(f"  {note}", markup=False)
    with doing() as watch:
        result = run_sweep(plan, folder, workers=workers, watch=watch)
    save_sweep(result, folder)
    if as_json:
        print_json(sweep_json(result))
        return
    _show(console, result)
    console.print(f"  The report is in {folder}: sweep.json, sweep.svg, recommended.yaml")


def _show(console: Console, result: Sweep) -> None:
    from workup.cli.views import table
    from workup.compare.words import described, p_value, verdict_of_sweep

    rows = table("setting", "top-1", "gain", "95 % interval", "p among all", "best in halves")
    for tried, chosen in zip(result.tried, result.selection.chosen, strict=True):
        figures = ("", "the recipe's own", "")
        if tried.effect is not None and tried.p is not None:
            effect = tried.effect
            interval = f"{100 * effect.low:+.1f} to {100 * effect.high:+.1f}"
            figures = (f"{100 * effect.difference:+.1f}", interval, p_value(tried.p))
        rows.add_row(described(tried.setting), f"{tried.top1:.1%}", *figures, f"{chosen:.0%}")
    console.print(rows)
    console.print(f"  {verdict_of_sweep(result)}", markup=False, style="bold")
