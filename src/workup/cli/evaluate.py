"""workup evaluate"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workup.errors import RunError

if TYPE_CHECKING:
    from workup.evaluation.evaluate import Evaluation, Verdict
    from workup.run import Run


def evaluate(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    data: Annotated[
        str | None,
        typer.Option(
            help="A file or source with the columns of the recipe.  [default: the rows the run held out]"
        ),
    ] = None,
    confusions: Annotated[
        bool,
        typer.Option(
            "--confusions",
            help="Say which answers are mistaken for which instead; of held-out rows, from the evaluation "
            "kept in the run, if there is one.",
        ),
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --confusions: also draw them, as SVG.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Evaluate a run: accuracy with intervals, beside two baselines, memory told apart from skill."""
    from workup.cli.arguments import require_writable
    from workup.cli.console import output, print_json, quiet_libraries
    from workup.cli.views import show_evaluation

    if plot is not None and not confusions:
        raise RunError("--plot draws confusions; give it together with --confusions")
    require_writable(plot)
    quiet_libraries()
    from workup.run import Run

    loaded = Run.load(run)
    if confusions:
        _confusions(loaded, data, plot, as_json)
        return
    evaluation = _evaluated(loaded, data)
    if as_json:
        print_json(evaluation.to_json())
    else:
        show_evaluation(output(), evaluation)


def _evaluated(run: Run, data: str | None) -> Evaluation:
    from workup.cli.console import counting, messages

    with counting(messages(), "evaluating", len(run.test_examples(data))) as progress:
        return run.evaluate(data, progress)


def _confusions(run: Run, data: str | None, plot: Path | None, as_json: bool) -> None:
    from workup.cli.confusions import show_confusions
    from workup.cli.console import messages, output, print_json
    from workup.clinic.assess.mistakes import explained
    from workup.evaluation.confusion import confusions
    from workup.evaluation.confusion_plot import of_confusions
    from workup.files import write_text

    verdicts = _verdicts(run, data)
    train, tested = run.examples.train, run.test_examples(data)
    found = confusions(verdicts, [*train, *tested], run.recipe.data.strata)
    why = explained(found.pairs, tested, train)
    if as_json:
        print_json({**found.to_json(), "why": [one.to_json() for one in why]})
    else:
        show_confusions(output(), found, why)
    if plot is not None:
        write_text(plot, of_confusions(found))
        messages().print(f"  written: {plot}", style="dim", markup=False)


def _verdicts(run: Run, data: str | None) -> tuple[Verdict, ...]:
    from workup.evaluation.confusion import kept_verdicts
    from workup.run import EVALUATION

    kept = run.folder / EVALUATION
    return kept_verdicts(kept) if data is None and kept.is_file() else _evaluated(run, data).verdicts
