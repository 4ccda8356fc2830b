"""workup learn train"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from workup.cli.arguments import DATABASE, FROM_ENVIRONMENT


def train(
    line: Annotated[str, typer.Argument(metavar="LINE", help="general, or a specialty's line.")] = "general",
    database: Annotated[str, DATABASE] = FROM_ENVIRONMENT,
    registry: Annotated[
        Path, typer.Option("--registry", metavar="FOLDER", help="Where the versions are kept.")
    ] = Path("registry"),
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where trainings, reports and the lock are kept.")
    ] = Path("retraining"),
    at_least: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="With fewer cases new to every version nothing is trained."),
    ] = 20,
    seeds: Annotated[int, typer.Option(min=2, help="Trainings of each way.")] = 3,
    workers: Annotated[int, typer.Option(min=1, help="Trainings at a time.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Learn the released cases in the way that is proved best, and publish a candidate for the gates.

    Asks nothing, so it can be run by a timer. One that was killed goes on when it is given again; two at a
    time are refused. What came of it is in FOLDER/LINE/report.json too. Whether the candidate serves is a
    person's decision: workup models promote.

    Exit status: 0, every gate lets the candidate pass, or there was not enough to learn; 1, a gate stopped
    it; 2, it could not be done.
    """
    from workup.cli.console import output, print_json, quiet_libraries
    from workup.cli.doing import doing
    from workup.registry import Registry

    quiet_libraries()
    from workup.learning.retraining import Order, retrain
    from workup.learning.retraining.terminal import outcome_view
    from workup.registry.mirror import follow

    opened = Registry(registry)
    with doing() as watch:
        outcome = retrain(Order(database, opened, line, out, seeds, at_least, workers), watch)
    if outcome.trained is not None and (failed := follow(opened, outcome.material.version.line)):
        print(f"workup: {failed}", file=sys.stderr)
    if as_json:
        print_json(outcome.to_json())
    else:
        output().print(outcome_view(outcome))
    raise typer.Exit(int(outcome.state == "stopped at a gate"))
