"""workup fix"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workup.errors import RunError, SaveError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from workup.examine.finding import Finding
    from workup.examine.mending import Retrained, Trained
    from workup.examine.report import Report
    from workup.recipe import Recipe

_RECIPES, _SCRIPTS = (".yaml", ".yml"), (".py", ".ipynb")
# A line of a diff, by its first character.
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def fix(
    target: Annotated[
        Path, typer.Argument(metavar="RECIPE|RUN|SCRIPT", help="What is to be mended; it stays as it is.")
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Write the mended one beside it, as NAME.fixed.yaml or .py.")
    ] = False,
    retrain: Annotated[
        bool,
        typer.Option(
            "--retrain",
            help="Train both, examine both, and take the mended one back if its answers are not better.",
        ),
    ] = False,
    runs: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Of --retrain: for the two runs.  [default: runs/fix-NAME]"),
    ] = None,
) -> None:
    """Show what the remedies make of a recipe or a script; write it and prove it where that is asked for.

    Nothing is ever written over. Exit status: 0, mended or nothing to mend; 1, errors are left that have to
    be mended by hand, or the mended one was not better; 2, it could not be examined.
    """
    from workup.cli.console import output, quiet_libraries

    if runs is not None and not retrain:
        raise RunError("--runs is the folder of --retrain; add --retrain, or leave it out")
    quiet_libraries()
    if target.suffix in _SCRIPTS and target.is_file():
        raise typer.Exit(_script(target, write, retrain, runs, output()))
    raise typer.Exit(_recipe(target, write, retrain, runs, output()))


def _recipe(target: Path, write: bool, retrain: bool, runs: Path | None, console: Console) -> int:
    from workup.cli.console import messages
    from workup.examine.mending import mended
    from workup.recipe import Recipe

    file = target / "recipe.yaml" if target.is_dir() else target
    if not file.is_file() or file.suffix not in _RECIPES:
        raise _no_such(target)
    folder = target.absolute()  # "." has no name
    fixed = _beside(folder.with_name(f"{folder.name}.yaml") if target.is_dir() else target)
    if write:
        _require_free(fixed)
    recipe = Recipe.load(file)
    with messages().status("  examining"):
        found = mended(recipe, _examined(target))
    if not found.because:
        console.print("  Nothing was found that a change of the recipe would mend.")
        return _left(found.left, console)
    _show_diff(found.diff, console)
    for path, finding in found.because.items():
        console.print(f"  {path}: {finding.code}, {finding.summary}", markup=False)
    if write:
        found.after.save(fixed)
    console.print(f"\n  {_written(fixed, write, retrain)}", markup=False)
    status = _left(found.left, console)
    if retrain:
        folder = runs or Path("runs") / f"fix-{target.stem}"
        result = _train_both(recipe, found.after, folder, target if target.is_dir() else None)
        status = max(status, _judged(result, fixed, write, console))
    return status


def _script(target: Path, write: bool, retrain: bool, runs: Path | None, console: Console) -> int:
    from workup.examine.script.check import examine_script
    from workup.examine.script.fixes import fix_of
    from workup.examine.script.source import read_script
    from workup.examine.script.versions import wanted_version
    from workup.files import write_text

    if runs is not None:
        raise RunError("--runs is for recipes: a script chooses its own folder")
    if retrain and target.suffix == ".ipynb":
        raise RunError(f"{target} is a notebook, and --retrain runs scripts; leave --retrain out")
    fixed = _beside(target)
    if write or retrain:
        _require_free(fixed)
    script, version = read_script(target), wanted_version(None)
    made = fix_of(script, version)
    if made is None:
        console.print("  There is nothing here that can be mended without a doubt.")
        return _left(examine_script(script, version).findings, console)
    _show_diff(made.diff, console)
    console.print(f"  {_written(fixed, write, retrain)}", markup=False)
    if not write and not retrain:
        return 0
    write_text(fixed, made.content)
    try:
        status = _left(examine_script(read_script(fixed), version).findings, console)
        return max(status, _judged(_run_both(target, fixed), fixed, write, console)) if retrain else status
    finally:
        if not write:
            fixed.unlink(missing_ok=True)


def _written(fixed: Path, write: bool, retrain: bool) -> str:
    """What became of the mended one."""
    if write:
        return f"Written to {fixed}."
    if retrain:
        return "Nothing is kept: say --write too to have it written."
    return "Nothing was written: say --write to write it beside the other, --retrain to prove it."


def _examined(target: Path) -> Report:
    """The examination of a recipe, or of a run with its answers."""
    if target.is_dir():
        return _of_run(target).report
    from workup.examine.checks import CATALOGUE
    from workup.examine.gather.from_run import of_recipe
    from workup.examine.measurements import MEASUREMENTS
    from workup.examine.runner import run
    from workup.recipe import Recipe

    return run(of_recipe(Recipe.load(target)), CATALOGUE, MEASUREMENTS)


def _of_run(folder: Path) -> Trained:
    from workup.examine.checks import CATALOGUE
    from workup.examine.gather.from_run import of_run
    from workup.examine.measurements import MEASUREMENTS
    from workup.examine.mending import Trained
    from workup.examine.runner import run

    subject = of_run(folder)
    return Trained(run(subject, CATALOGUE, MEASUREMENTS), tuple(subject.generated or ()))


def _train_both(before: Recipe, after: Recipe, folder: Path, known: Path | None) -> Retrained:
    """Train what is not trained yet, and compare; `known` is the run of the recipe as it was."""
    from workup.cli.console import TrainingView, messages
    from workup.examine.mending import retrained
    from workup.run import train

    notes = messages()
    for name, recipe in (("before", before), ("after", after)):
        if name == "after" or known is None:
            notes.print(f"  training: {name}", style="dim")
            with TrainingView(notes) as view:
                train(recipe.model_copy(update={"environment": {}}), folder / name, watch=view)
    return retrained(_of_run(known or folder / "before"), _of_run(folder / "after"))


def _run_both(before: Path, after: Path) -> Retrained:
    from workup.cli.console import messages
    from workup.examine.again import run_again
    from workup.examine.mending import retrained

    found = []
    for script in (before, after):
        messages().print(f"  running {script}", style="dim", markup=False)
        found.append(run_again(script))
    return retrained(*found)


def _judged(result: Retrained, fixed: Path, written: bool, console: Console) -> int:
    """Tell mechanism and harm apart; take the mended one back where its answers are not better."""
    console.print(f"\n  Mechanism: {result.mechanism}.", markup=False)
    console.print(f"  Harm: {result.harm}.", markup=False)
    if result.is_better:
        console.print("  The mended one is better: the remedy is proved.")
        return 0
    if written:
        fixed.unlink(missing_ok=True)
        console.print(f"  It is not better, so {fixed} was taken back.", markup=False)
    else:
        console.print("  It is not better.")
    return 1


def _left(findings: Sequence[Finding], console: Console) -> int:
    """Tell the errors and warnings that have to be mended by hand; 1 where there is an error among them."""
    from workup.examine.finding import Severity
    from workup.examine.report.terminal import finding

    serious = [one for one in findings if one.severity > Severity.NOTE]
    if serious:
        console.print("\n  To be mended by hand:")
    for one in serious:
        console.print()
        console.print(finding(one))
    return int(any(one.severity is Severity.ERROR for one in serious))


def _show_diff(diff: str, console: Console) -> None:
    from rich.text import Text

    for line in diff.splitlines():
        console.print(Text(line, style=_COLOURS.get(line[:1], "")), soft_wrap=True)
    console.print()


def _beside(target: Path) -> Path:
    """Where the mended one is written."""
    return target.with_name(f"{target.stem}.fixed{target.suffix}")


def _require_free(path: Path) -> None:
    """Refuse to write over something before any work is done."""
    if path.exists():
        raise SaveError(f"{path} exists and nothing is written over; move it away first")


def _no_such(target: Path) -> RunError:
    if target.is_dir():
        return RunError(f"{target} is no run: it holds no recipe.yaml; name a recipe, a run or a script")
    if target.is_file():
        return RunError(f"{target} is neither a recipe (a YAML file) nor a script (.py or .ipynb)")
    kinds = (*_RECIPES, *_SCRIPTS)
    beside = sorted(target.parent.iterdir()) if target.parent.is_dir() else []
    near = [str(path) for path in beside if path.is_dir() or path.suffix in kinds]
    return RunError(f"there is nothing at {target}; {nearest(str(target), near)}")
