"""workup isolate"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from workup.isolate.differences import Side
    from workup.isolate.isolating import AnyPair, Isolated
    from workup.isolate.measuring import Watch
    from workup.isolate.scripts import ScriptPair

_METRICS = ("top1", "top3", "loss")
_MOST_WORKERS = 4  # each holds a model
_SIDE = (
    "a recipe, or a script with its arguments in quotes; behind an @ stand exact versions of packages "
    "(clinic.yaml@transformers==4.57.6) and of a script a git revision"
)


def isolate(
    good: Annotated[str, typer.Argument(help=f"The one that works: {_SIDE}.")],
    bad: Annotated[str, typer.Argument(help="The one that does not, in the same form.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one value of both recipes first."),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            help="What is measured: top1, top3 or loss; of scripts the words they print before the number.  "
            "[default: top1]"
        ),
    ] = None,
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="Of a script's metric: small values are the good ones.")
    ] = False,
    axes: Annotated[
        str, typer.Option(metavar="A,B", help="Try only differences under these paths, e.g. training,prompt.")
    ] = "",
    data: Annotated[
        str | None, typer.Option(help="Test on all rows of this source, not on those held out.")
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Divide the rows in which the two data sets differ into N slices."
        ),
    ] = None,
    short: Annotated[
        float | None,
        typer.Option(
            min=0.01, max=1.0, metavar="SHARE", help="Search on trainings of this share of the epochs first."
        ),
    ] = None,
    budget: Annotated[int, typer.Option(min=1, help="Trials at most, of each length.")] = 60,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Trials at a time.  [default: one for each core, at most 4]")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run the trials on this Ray cluster; 'local' starts one here."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report.  [default: runs/isolate-GOOD-BAD]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Find the smallest set of differences that makes one fine-tune work and the other fail.

    Every trial trains and evaluates in a fresh process. A command that was stopped goes on where it was
    when it is given again.

    Exit status: 0, the culprits were found, or both behave alike; 1, it could not be told.
    """
    from workup.cli.console import messages, output, print_json, quiet_libraries
    from workup.errors import RunError
    from workup.isolate.differences import Pair
    from workup.isolate.isolating import isolate as find
    from workup.isolate.report import to_json, write
    from workup.isolate.rows import RowsPair
    from workup.trials.executors import cores

    folder = out or Path("runs") / "-".join(["isolate", *map(_stem, (good, bad))])
    pair: AnyPair
    if _are_scripts(good, bad):
        _refuse_of_scripts({"--set": changes, "--data": data, "--short": short, "--rows": rows})
        if metric is None:
            raise RunError(
                'say what a script prints before the number that judges it: --metric "exact match"'
            )
        pair = _scripts(good, bad, metric)
    else:
        metric = metric or "top1"
        _check_metric(metric)
        left, right = (_side(text, changes or []) for text in (good, bad))
        if rows is None:
            pair = Pair(left, right, data, answered=metric != "loss")
        else:
            pair = RowsPair(left, right, folder, rows, data, answered=metric != "loss")
    quiet_libraries()
    with _watching(messages(), metric) as (watch, note):
        result = find(
            pair,
            folder,
            metric=metric,
            lower_is_better=lower_is_better or metric == "loss",
            axes=[axis.strip() for axis in axes.split(",") if axis.strip()],
            short=short,
            budget=budget,
            workers=workers or min(cores(), _MOST_WORKERS),
            ray=ray,
            watch=watch,
            note=note,
        )
    written = write(result, folder)
    if as_json:
        print_json(to_json(result))
    else:
        _show(output(), result, folder, written)
    raise typer.Exit(int(result.found is not None and result.found.verdict in ("inconclusive", "flaky")))


def _are_scripts(good: str, bad: str) -> bool:
    """Whether both sides are scripts; False: both are recipes.

    Raises:
        RunError: one is a script and the other is not.
    """
    from workup.errors import RunError

    kinds = [_script_in(side) is not None for side in (good, bad)]
    if kinds[0] != kinds[1]:
        raise RunError(f"{good!r} and {bad!r} cannot be compared: one is a script, the other a recipe")
    return kinds[0]


def _script_in(side: str) -> str | None:
    """The word of a side that names a script."""
    return next((word for word in side.split() if word.partition("@")[0].endswith(".py")), None)


def _refuse_of_scripts(options: Mapping[str, object]) -> None:
    from workup.errors import RunError

    for option, value in options.items():
        if value is not None:
            raise RunError(f"{option} is of recipes: a script's training cannot be changed from outside")


def _stem(side: str) -> str:
    """The name of the recipe or script of a side, for that of the report's folder."""
    return Path((_script_in(side) or side).partition("@")[0]).stem


def _check_metric(metric: str) -> None:
    from workup.errors import RunError, nearest

    if metric not in _METRICS:
        raise RunError(f"a recipe is not measured by {metric!r}; {nearest(metric, _METRICS)}")


def _side(text: str, changes: Sequence[str]) -> Side:
    """RECIPE or RECIPE@PACKAGE==VERSION,..."""
    from workup.cli.arguments import load_recipe
    from workup.isolate.differences import Side
    from workup.trials.environments import parse

    path, _, versions = text.partition("@")
    return Side(load_recipe(Path(path), changes), parse(versions))


def _scripts(good: str, bad: str, metric: str | None) -> ScriptPair:
    from workup.errors import RunError
    from workup.isolate.scripts import Command, ScriptPair

    if metric is None:
        raise RunError(
            'say what the scripts print before the number that judges them: --metric "exact match"'
        )
    return ScriptPair(Command.parse(good), Command.parse(bad), metric)


@contextmanager
def _watching(console: Console, metric: str) -> Iterator[tuple[Watch, Callable[[str], None]]]:
    """A table of the trials that lives while they run, and lines for what is done before them."""
    from rich.live import Live

    from workup.isolate.terminal import board

    with Live(console=console, refresh_per_second=4, transient=True) as live:
        yield (
            lambda tried: live.update(board(tried, metric)),
            lambda doing: console.print(f"  {doing}", style="dim", markup=False),
        )


def _show(console: Console, result: Isolated, folder: Path, written: Sequence[Path]) -> None:
    from workup.isolate.report import MENDED
    from workup.isolate.words import cost, sentence

    for skipped in result.skipped:
        console.print(f"  not tried: {skipped.difference.name}: {skipped.reason}", style="dim", markup=False)
    console.print(f"  {sentence(result)}", markup=False)
    console.print(f"  {cost(result)}. Written: {', '.join(map(str, written))}", style="dim", markup=False)
    if result.culprits and (folder / MENDED) in written:
        console.print(f"  The failing recipe without it: workup train {folder / MENDED}", markup=False)
    elif result.culprits:
        console.print(f"  The failing side without it: {result.mended}", markup=False)
