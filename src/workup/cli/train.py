"""workup train"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    recipe: Annotated[Path, typer.Argument(help="The recipe, a YAML file.")],
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="Change one value, e.g. training.learning_rate=1e-3."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run.  [default: runs/NAME_OF_RECIPE]")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the last checkpoint in the folder.")
    ] = False,
    skip_bad: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, help="Drop up to N rows that cannot be used, counted; as data.skip_bad."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Fine-tune as a recipe says, then evaluate on the rows it held out."""
    from workup.cli.arguments import load_recipe
    from workup.cli.console import TrainingView, counting, messages, output, print_json, quiet_libraries
    from workup.cli.views import show_evaluation

    loaded = load_recipe(recipe, changes or [])
    if skip_bad is not None:
        loaded = loaded.change("data.skip_bad", skip_bad)
    folder = out or Path("runs") / recipe.stem
    quiet_libraries()
    from workup import run as runs

    notes = messages()
    with TrainingView(notes) as view:
        run = runs.train(loaded, folder, resume=resume, watch=view)
    if not runs.is_first_process():
        return
    evaluation = None
    if run.examples.validation:
        with counting(notes, "evaluating", len(run.examples.validation)) as progress:
            evaluation = run.evaluate(progress=progress)
    if as_json:
        print_json({"run": str(folder), "evaluation": evaluation.to_json() if evaluation else None})
        return
    console = output()
    if evaluation:
        show_evaluation(console, evaluation)
    console.print(f'  The run is in {folder}. Ask it something: workup predict {folder} "..."')
