"""workup trace"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workup.examine.trace import Trace


def trace(
    what: Annotated[Path, typer.Argument(metavar="RECIPE|RUN", help="A recipe, or the folder of a run.")],
    text: Annotated[
        str, typer.Option(help="What is asked; a JSON object where the prompt takes several columns.")
    ],
    target: Annotated[
        str | None,
        typer.Option(help="What should be answered.  [default: that of the row of the data with this text]"),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the trace to an HTML file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the trace as JSON.")] = False,
) -> None:
    """Follow one example through every stage and mark where it departs; exit status 1 where it does."""
    from workup.cli.console import output, print_json, quiet_libraries

    if html is not None:
        _check(html)
    quiet_libraries()
    found = _trace(what, text, target)
    if html is not None:
        from workup.examine.trace.as_html import page
        from workup.files import write_text

        write_text(html, page(found, f"One example through {what}"))
    if as_json:
        from workup.examine.trace.as_json import to_json

        print_json(to_json(found))
    else:
        from workup.examine.trace.terminal import show

        show(found, output())
    if found.first_departure:
        raise typer.Exit(1)


def _trace(what: Path, text: str, target: str | None) -> Trace:
    from workup.errors import RunError, nearest
    from workup.examine.trace import trace_recipe, trace_run
    from workup.recipe import Recipe

    if what.is_dir():
        return trace_run(what, text, target)
    if not what.exists():
        beside = [str(path) for path in _recipes_and_runs(what.parent)]
        raise RunError(f"there is no recipe and no run {what}; {nearest(str(what), beside)}")
    return trace_recipe(Recipe.load(what), text, target)


def _recipes_and_runs(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if path.suffix in {".yaml", ".yml"} or _is_run(path)]


def _is_run(path: Path) -> bool:
    return (path / "recipe.yaml").is_file()


def _check(html: Path) -> None:
    """Refuse a file that cannot be written before the model is loaded."""
    from tempfile import TemporaryFile

    from workup.errors import SaveError

    if html.is_dir():
        raise SaveError(f"--html {html} is a folder; name a file, such as {html / 'trace.html'}")
    try:
        with TemporaryFile(dir=html.parent):
            pass
    except OSError as error:
        raise SaveError(f"--html {html}: {html.parent} cannot be written to: {error.strerror}") from None
