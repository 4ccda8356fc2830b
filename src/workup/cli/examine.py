"""workup examine"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workup.cli.arguments import BUDGET
from workup.errors import RecipeError, RunError, SaveError, nearest

if TYPE_CHECKING:
    from workup.examine.report import Report
    from workup.examine.subject import Subject

Kind = Literal["recipe", "run", "folder"]
_RECIPES, _SCRIPTS = (".yaml", ".yml"), (".py", ".ipynb")
# How to have checked what cannot be: told under a report of this kind.
_ADVICE: dict[Kind, str] = {
    "recipe": "After the training, `workup examine RUN` also sees its log, its weights and its answers.",
    "run": "",
    "folder": "`workup run SCRIPT` and `workup.Monitor()` see rows, arguments and the optimizer too.",
}
_UNREAD = "training_args.bin was not opened: it is a pickle, which could run code."
_PICKLED = (
    "The weights are a pickle and were not compared with what is loaded from it: save_pretrained(FOLDER) "
    "writes safetensors, which are."
)
_NO_TOKENIZER = "The folder holds no tokenizer: save it there with tokenizer.save_pretrained(FOLDER)."


def examine(
    target: Annotated[
        Path,
        typer.Argument(help="A recipe (before its training), the folder of a run, or any checkpoint folder."),
    ],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Of a recipe: change one value first."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the report as a page, with plots.")
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the findings as SARIF 2.1.0.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    confirm: Annotated[
        bool,
        typer.Option("--confirm", help="Also try each remedy, alone and on copies, and say what it changes."),
    ] = False,
    budget: Annotated[float, BUDGET] = 120,
) -> None:
    """Say what is wrong with a fine-tune: at which stage, on what evidence, and what to do.

    The report on a run is also kept in its folder, as report.json and report.html.

    Exit status: 0, nothing serious was found; 1, errors were found; 2, it could not be examined.
    """
    from workup.cli.arguments import require_writable
    from workup.cli.console import messages, print_json, quiet_libraries
    from workup.examine.report.as_json import to_json

    kind = _kind(target)
    if changes and kind != "recipe":
        raise RecipeError(f"--set changes a recipe, and {target} is a folder; name a recipe, a YAML file")
    for file in (html, sarif):
        require_writable(file)
    quiet_libraries()
    with messages().status("  examining"):
        subject = _subject(kind, target, changes or [])
        report = _examined(subject)
    if confirm:
        report = _confirmed(report, subject, kind, target, budget)
    if as_json:
        print_json(to_json(report))
    else:
        _show(report, _command(kind, target, changes or []), _advice(kind, target, subject))
    for path in _write(report, target, html, sarif, kept=kind == "run" and os.access(target, os.W_OK)):
        messages().print(f"  written: {path}", style="dim", markup=False)
    raise typer.Exit(report.exit_status)


def _kind(target: Path) -> Kind:
    """What is to be examined.

    Raises:
        RunError: nothing that can be.
    """
    if target.is_dir():
        from workup.pipeline.predictor import RECIPE

        return "run" if (target / RECIPE).is_file() else "folder"
    if not target.exists():
        beside = target.parent.iterdir() if target.parent.is_dir() else ()
        near = [str(path) for path in sorted(beside) if path.is_dir() or path.suffix in _RECIPES]
        raise RunError(f"there is nothing at {target}; {nearest(str(target), near)}")
    if target.suffix in _SCRIPTS:
        raise RunError(f"{target} is a script; use `workup run {target}` or `workup check-script {target}`")
    if target.suffix not in _RECIPES:
        is_checkpoint = (target.parent / "config.json").is_file()
        instead = target.parent if is_checkpoint else "a recipe, a run or the folder of a checkpoint"
        raise RunError(f"{target} is no recipe (a YAML file); name {instead}")
    return "recipe"


def _subject(kind: Kind, target: Path, changes: Sequence[str]) -> Subject:
    if kind == "recipe":
        from workup.cli.arguments import load_recipe
        from workup.examine.gather.from_run import of_recipe

        return of_recipe(load_recipe(target, changes))
    if kind == "run":
        from workup.examine.gather.from_run import of_run

        return of_run(target)
    from workup.examine.gather.from_folder import of_folder

    return of_folder(target)


def _examined(subject: Subject) -> Report:
    from workup.examine.checks import CATALOGUE
    from workup.examine.measurements import MEASUREMENTS
    from workup.examine.runner import run

    return run(subject, CATALOGUE, MEASUREMENTS)


def _confirmed(report: Report, subject: Subject, kind: Kind, target: Path, budget: float) -> Report:
    """The report with what each remedy changes; of a run, trainings begin with its base."""
    from workup.cli.console import messages
    from workup.examine.confirm import confirm

    untrained = _subject("recipe", target / "recipe.yaml", ()) if kind == "run" else None
    with messages().status("  trying remedies") as status:
        return confirm(
            report,
            subject,
            untrained=untrained,
            budget=budget,
            watch=lambda what: status.update(f"  {what}"),
        )


def _command(kind: Kind, target: Path, changes: Sequence[str]) -> str:
    """What trains the fine-tune; a remedy's change can be added to it."""
    if kind == "folder":
        return ""
    # Of values that are set twice the last counts, so a remedy goes behind the user's own changes.
    own = [part for change in changes for part in ("--set", change)]
    return shlex.join(["workup", "train", str(target / "recipe.yaml" if kind == "run" else target), *own])


def _advice(kind: Kind, target: Path, subject: Subject) -> str:
    """How to have checked what was not."""
    if kind != "folder":
        return _ADVICE[kind]
    told = [_ADVICE[kind]]
    told += [_NO_TOKENIZER] if subject.tokenizer is None else []
    told += [_PICKLED] if subject.reloads is None else []
    told += [_UNREAD] if (target / "training_args.bin").is_file() else []
    return " ".join(told)


def _show(report: Report, command: str, advice: str) -> None:
    """Print the report, then how to go on."""
    from workup.cli.console import output
    from workup.examine.report.terminal import show

    console = output()
    show(report, console, command=command, advice=advice)
    if report.findings:
        told = f"{report.verdict}. More about a check: workup explain {report.worst_first[0].code}"
        console.print(f"\n  {told}", markup=False)


def _write(report: Report, target: Path, html: Path | None, sarif: Path | None, *, kept: bool) -> list[Path]:
    """Write the files that were asked for, and those that a run keeps; returns them."""
    from workup.cli.arguments import own_version
    from workup.examine.report.as_json import to_json
    from workup.examine.report.html import render
    from workup.examine.report.sarif import to_sarif
    from workup.files import write_json, write_text

    pages = [path for path in (html, target / "report.html" if kept else None) if path is not None]
    try:
        for path in pages:
            write_text(path, render(report, str(target)))
        if kept:
            write_json(target / "report.json", to_json(report))
        if sarif is not None:
            write_json(sarif, to_sarif(report.worst_first, version=own_version(), where=str(target)))
    except OSError as error:
        raise SaveError(f"the report cannot be written: {error}") from None
    return [*pages, *([target / "report.json"] if kept else []), *([sarif] if sarif else [])]
