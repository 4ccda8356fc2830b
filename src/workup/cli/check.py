"""workup data check"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from workup.cli.arguments import SOURCE

if TYPE_CHECKING:
    from rich.console import Console

    from workup.data.checked import Checked


def check(
    source: Annotated[str, SOURCE],
    text: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="What a model reads; repeatable.  [default: the longest texts]"),
    ] = None,
    answer: Annotated[str | None, typer.Option(metavar="COLUMN", help="What it is to say.")] = None,
    accepted: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Further answers that count as right.")
    ] = None,
    split: Annotated[str | None, typer.Option(metavar="COLUMN", help="Says train or validation.")] = None,
    show: Annotated[int, typer.Option(metavar="N", min=0, help="Faults to show of each kind.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print every fault as JSON.")] = False,
) -> None:
    """Look for faults that make a training dishonest or useless; exit status 1 when there is an error."""
    from workup.cli.console import output, print_json
    from workup.data.check import Roles
    from workup.data.checked import check_source

    roles = None
    if text or answer or accepted or split:
        roles = Roles(tuple(text or ()), answer, accepted, split)
    checked = check_source(source, roles)
    if as_json:
        print_json(
            {
                "source": source,
                "rows": len(checked.rows),
                "roles": checked.roles.named(),
                "looked_for": checked.looked_for,
                "not_looked_for": checked.not_looked_for,
                "faults": [vars(fault) for fault in checked.faults],
            }
        )
    else:
        _show(output(), source, checked, show)
    if checked.errors:
        raise typer.Exit(1)


def _show(console: Console, source: str, checked: Checked, show: int) -> None:
    from workup.cli.views import show_about

    show_about(console, source)
    roles = ", ".join(f"{column} ({part})" for column, part in checked.roles.named().items())
    console.print(f"  {len(checked.rows)} rows of {source}. Columns: {roles}.")
    console.print(f"  Looked for: {', '.join(checked.looked_for)}.")
    if checked.not_looked_for:
        console.print(
            f"  [yellow]Not looked for: {', '.join(checked.not_looked_for)}[/]; "
            "name the columns with --answer and --split."
        )
    for kind in dict.fromkeys(fault.kind for fault in checked.faults):
        found = [fault for fault in checked.faults if fault.kind == kind]
        console.print(f"\n  [bold]{kind}[/]: {len(found)}")
        for fault in found[:show]:
            colour = "red" if fault.severity == "error" else "yellow"
            console.print(f"    [{colour}]{fault.severity}[/] ", end="")
            console.print(str(fault), markup=False)
        if len(found) > show:
            console.print(f"    ... and {len(found) - show} more (--show, --json)", style="dim")
    warnings = len(checked.faults) - checked.errors
    if checked.faults:
        console.print(f"\n  {checked.errors} errors, {warnings} warnings.")
    else:
        console.print("  [green]No fault found.[/]")
