"""workup evaluate"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    data: Annotated[
        str | None,
        typer.Option(
            help="A file or source with the columns of the recipe.  [default: the rows the run held out]"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Evaluate a run: accuracy with intervals, beside two baselines, memory told apart from skill."""
    from workup.cli.console import counting, messages, output, print_json, quiet_libraries
    from workup.cli.views import show_evaluation

    quiet_libraries()
    from workup.run import Run

    loaded = Run.load(run)
    test = loaded.test_examples(data)
    with counting(messages(), "evaluating", len(test)) as progress:
        evaluation = loaded.evaluate(data, progress)
    if as_json:
        print_json(evaluation.to_json())
    else:
        show_evaluation(output(), evaluation)
