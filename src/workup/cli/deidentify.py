"""workup data deidentify"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workup.cli.arguments import SKIP_BAD, SOURCE

if TYPE_CHECKING:
    from rich.console import Console

    from workup.clinic.deidentify.rows import Report


def deidentify(
    source: Annotated[str, SOURCE],
    out: Annotated[Path, typer.Option(help="The .jsonl file to write.")],
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="COLUMN",
            help="A column to look through; repeatable.  [default: all that hold text]",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="A JSON file for the counts and every place; never the text that was found."),
    ] = None,
    skip_bad: Annotated[int, SKIP_BAD] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Replace names, dates, numbers, addresses and the like in clinical text, and say what was found.

    It lowers risk; it does not make data anonymous.
    """
    from workup.cli.arguments import list_dropped
    from workup.cli.console import output, print_json
    from workup.clinic.deidentify.rows import Report, deidentified
    from workup.data.export import write_rows
    from workup.data.sources import stream
    from workup.errors import DataError
    from workup.files import write_json

    if report is not None and report.exists():
        raise DataError(f"{report} exists and nothing is written over; choose another name")
    found = Report()
    write_rows(deidentified(stream(source), columns, found, skip_bad), out)
    list_dropped(found.dropped)
    if report is not None:
        write_json(report, found.to_json())
    if as_json:
        print_json({name: value for name, value in found.to_json().items() if name != "places"})
    else:
        _show(output(), found, out, report)


def _show(console: Console, found: Report, out: Path, report: Path | None) -> None:
    from workup.cli.views import table
    from workup.clinic.deidentify import KINDS, LIMITS

    console.print(f"  {found.rows} rows in {out}; {len(found.findings)} identifiers replaced in them")
    if found.dropped:
        console.print(f"  [yellow]{len(found.dropped)} rows could not be used and were dropped[/]")
    counts = found.counts()
    kinds = [kind for kind in KINDS if any(counts[column][kind] for column in counts)]
    if kinds:
        view = table("column", *kinds)
        for column, numbers in counts.items():
            view.add_row(column, *(str(numbers[kind]) for kind in kinds))
        console.print(view)
    if report is not None:
        console.print(f"  every place: {report}")
    console.print(f"  [yellow]{LIMITS}[/]")
