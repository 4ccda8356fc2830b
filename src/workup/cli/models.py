"""workup models list, show, publish, promote, rollback, compare, verify, export, sync"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workup.cli.arguments import DATABASE, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from workup.registry import Registry, Version
    from workup.registry.decisions import Decision

app = typer.Typer(help="Keep versions of models, and decide which of them serve.", no_args_is_help=True)

_Folder = Annotated[Path, typer.Option("--registry", metavar="FOLDER", help="Where the versions are kept.")]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
_Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="What to write down beside the decision.")]
_Reference = Annotated[
    str,
    typer.Argument(metavar="VERSION", help="LINE@NUMBER, LINE@serving, LINE@candidate; LINE: what serves."),
]
_Database = Annotated[str, DATABASE]
_FOLDER = Path("registry")


@app.callback()
def models() -> None:
    """Keep versions of models, and decide which of them serve."""


@app.command("list", short_help="Say which versions there are, and which serve.")
def list_(
    line: Annotated[
        str | None, typer.Argument(metavar="LINE", help="One line, with every decision about it.")
    ] = None,
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Say which versions there are and which serve; of one line, also every decision about it."""
    from workup.cli.console import output, print_json
    from workup.registry.terminal import line_view, lines_view

    opened = _opened(registry)
    names = opened.lines() if line is None else [opened.line(line)]
    if as_json:
        print_json([_line_json(opened, name) for name in names])
    else:
        output().print(lines_view(opened) if line is None else line_view(opened, names[0]))


@app.command(short_help="Show a version, and what the gates say of it.")
def show(
    version: _Reference,
    database: _Database = FROM_ENVIRONMENT,
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Show what a version is made of, and what each gate says of it against the version that serves.

    The learning store is asked which cases are reserved now.
    """
    from workup.cli.console import output, print_json
    from workup.learning.reservations import reserved_in
    from workup.registry.promotion import gates
    from workup.registry.terminal import version_view

    opened = _opened(registry)
    found = opened.find(version)
    serving = opened.serving(found.line)
    judged = gates(opened, found, serving if serving != found else None, reserved_in(database))
    verdicts = [one.to_json() for one in judged]
    state = "serving" if found == serving else "candidate" if found == opened.candidate(found.line) else ""
    if as_json:
        learned = found.learned.to_json() if found.learned else None
        told = {"name": found.name, "state": state, **found.manifest.to_json()}
        print_json({**told, "learned": learned, "gates": verdicts})
    else:
        output().print(version_view(found, state, verdicts))


@app.command(short_help="Make a finished run the candidate of a line.")
def publish(
    run: Annotated[Path, typer.Argument(help="The folder of a run whose target is a diagnosis.")],
    line: Annotated[str, typer.Option(help="A specialty's line, or general.")] = "general",
    second: Annotated[
        Path | None, typer.Option(metavar="RUN", help="A second training of the same recipe, as a witness.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Train the recipe again with the next seed, in RUN-again, as it.")
    ] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What to write down beside it.")] = "",
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Make a finished run the newest version of a line. It does not serve by that.

    The validation cases and the golden cases are answered first, which takes minutes.
    """
    from workup.cli.console import messages, output, print_json, quiet_libraries
    from workup.errors import RegistryError
    from workup.registry import Registry
    from workup.registry import publish as published
    from workup.registry.second import train_again

    if again and second is not None:
        raise RegistryError("--again and --second exclude each other: either trains the witness, or names it")
    quiet_libraries()
    opened = Registry.at(registry)
    with messages().status("  loading") as status:

        def tell(what: str) -> None:
            status.update(f"  {what}")

        witness = train_again(run, tell) if again else second
        version = published(opened, run, line, second=witness, note=note, progress=tell)
    _mirror(opened, version.line)
    if as_json:
        print_json({"name": version.name, **version.manifest.to_json()})
        return
    output().print(
        f"[bold]{version.name}[/] is published, and the candidate of {version.line}. What the gates say of "
        f"it: workup models show {version.name}"
    )


@app.command(short_help="Let a version serve, if it passes every gate.")
def promote(
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="LINE@NUMBER; LINE alone: its candidate.")
    ],
    override: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Promote although a gate fails; the reason is kept."),
    ] = None,
    why: _Why = "",
    database: _Database = FROM_ENVIRONMENT,
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Let a version serve in its line if it passes every gate.

    The learning store is asked which cases are reserved now. Exit status: 0, it serves; 1, a gate refused it,
    and what served before still does.
    """
    from workup.learning.reservations import reserved_in
    from workup.registry import promote as promoted

    opened = _opened(registry)
    candidate = opened.find(version, default="candidate")
    decision = promoted(opened, candidate, reserved=reserved_in(database), why=why, override=override)
    _mirror(opened, candidate.line)
    _show_decision(decision, as_json)
    raise typer.Exit(int(decision.action == "refuse"))


@app.command(short_help="Let the version before serve again.")
def rollback(
    line: Annotated[str, typer.Argument(metavar="LINE", help="The line: general, or a specialty's.")],
    why: _Why = "",
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Let the version serve again that served before. A running service follows at its next case."""
    from workup.registry import rollback as rolled_back

    opened = _opened(registry)
    decision = rolled_back(opened, opened.line(line), why=why)
    _mirror(opened, decision.line)
    _show_decision(decision, as_json)


@app.command(short_help="Say which of two versions is better, and where.")
def compare(
    a: _Reference,
    b: Annotated[str, typer.Argument(metavar="VERSION", help="The other one.")],
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Compare two versions on the validation cases of both, specialty by specialty."""
    from workup.cli.console import output, print_json
    from workup.registry.comparison import compare as compared
    from workup.registry.terminal import comparison_view

    opened = _opened(registry)
    left, right = opened.find(a), opened.find(b)
    found = compared(left.evidence, right.evidence)
    if as_json:
        print_json({"a": left.name, "b": right.name, **found.to_json()})
    else:
        output().print(comparison_view(left, right, found))


@app.command(short_help="Take every checksum again.")
def verify(
    version: Annotated[
        str | None, typer.Argument(metavar="VERSION", help="One version alone.  [default: everything]")
    ] = None,
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Say whether every byte is as it was published, and every decision as it was taken.

    Exit status: 0, it is; 1, something is damaged, missing or changed.
    """
    from workup.cli.console import messages, output, print_json
    from workup.registry.terminal import verification_view
    from workup.registry.verify import verify as verified

    opened = _opened(registry)
    with messages().status("  reading") as status:
        found = verified(
            opened,
            None if version is None else [opened.find(version)],
            lambda what: status.update(f"  {what}"),
        )
    if as_json:
        print_json(vars(found))
    else:
        output().print(verification_view(found, version))
    raise typer.Exit(int(bool(found.problems)))


@app.command(short_help="Copy a version to a plain folder.")
def export(
    version: _Reference,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder.")],
    pyfunc: Annotated[
        bool, typer.Option("--pyfunc", help="A folder that mlflow.pyfunc.load_model opens.")
    ] = False,
    registry: _Folder = _FOLDER,
) -> None:
    """Copy a version to a folder as `save_pretrained` writes it, with its card and its calibration."""
    from workup.cli.console import output, quiet_libraries

    found = _opened(registry).find(version)
    if pyfunc:
        from workup.registry.pyfunc import export_pyfunc

        quiet_libraries()
        export_pyfunc(found, folder)
        told = f"mlflow.pyfunc.load_model({str(folder)!r}) answers tables with a column of texts, `text`"
    else:
        from workup.registry.export import export as exported

        exported(found, folder)
        told = f"transformers loads it, and so does `workup diagnose {folder}`"
    output().print(f"{found.name} is in {folder}: {told}", markup=False)


@app.command(short_help="Let MLflow show what the registry holds.")
def sync(
    line: Annotated[str | None, typer.Argument(metavar="LINE", help="One line.  [default: all]")] = None,
    registry: _Folder = _FOLDER,
    as_json: _Json = False,
) -> None:
    """Let MLflow show what the registry holds: publishes and decisions that it missed, and the aliases.

    Where MLflow is installed this happens at every publish, promotion and rollback by itself.
    """
    from workup.cli.console import messages, output, print_json, quiet_libraries
    from workup.registry.mirror import sync as synced

    opened = _opened(registry)
    name = None if line is None else opened.line(line)
    quiet_libraries()
    with messages().status("  mirroring"):
        found = synced(opened, name)
    if as_json:
        print_json(vars(found))
    else:
        new = ", ".join(found.added) or "nothing new"
        output().print(f"{new} in MLflow at {found.place}", markup=False)
        for why in found.left_out:
            output().print(f"left out: {why}", markup=False)


def _opened(folder: Path) -> Registry:
    from workup.registry import Registry

    return Registry(folder)


def _mirror(registry: Registry, line: str) -> None:
    """Let MLflow follow; if it cannot, that is said and nothing else changes."""
    from workup.registry.mirror import follow

    if failed := follow(registry, line):
        print(f"workup: {failed}", file=sys.stderr)


def _line_json(registry: Registry, line: str) -> dict[str, object]:
    def name(version: Version | None) -> str | None:
        return version.name if version is not None else None

    return {
        "line": line,
        "serving": name(registry.serving(line)),
        "candidate": name(registry.candidate(line)),
        "versions": [version.manifest.to_json() for version in registry.versions(line)],
        "decisions": [vars(decision) for decision in registry.decisions(line).all],
    }


def _show_decision(decision: Decision, as_json: bool) -> None:
    from workup.cli.console import output, print_json
    from workup.registry.terminal import decision_view

    if as_json:
        print_json(vars(decision))
    else:
        output().print(decision_view(decision))
