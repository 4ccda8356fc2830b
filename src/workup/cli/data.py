"""workup data describe, check, overlap, synthesise, deidentify"""

from __future__ import annotations

from typing import Annotated

import typer

from workup.cli.arguments import SKIP_BAD, SOURCE
from workup.cli.check import check
from workup.cli.deidentify import deidentify
from workup.cli.overlap import overlap
from workup.cli.synthesise import synthesise

app = typer.Typer(help="Look at data before training on it.", no_args_is_help=True)


@app.callback()
def data() -> None:
    """Look at data before training on it."""


@app.command(short_help="Say what a source holds.")
def describe(
    source: Annotated[str, SOURCE],
    skip_bad: Annotated[int, SKIP_BAD] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Say what a source holds: its columns, how full they are, how long, how varied, with an example."""
    from workup.cli.arguments import read_source
    from workup.cli.console import output, print_json
    from workup.cli.views import show_about, table
    from workup.data.describe import describe as describe_rows

    rows = read_source(source, skip_bad)
    columns = describe_rows(rows)
    if as_json:
        print_json({"source": source, "rows": len(rows), "columns": [vars(column) for column in columns]})
        return
    console = output()
    show_about(console, source)
    console.print(f"[bold]{source}[/]: {len(rows)} rows, {len(columns)} columns")
    view = table("column", "filled", "distinct", "words (median, most)", "commonest or first value")
    for column in columns:
        view.add_row(
            column.name,
            f"{column.filled / len(rows):.0%}",
            str(column.distinct),
            f"{column.median_words}, {column.most_words}",
            column.example,
        )
    view.columns[-1].justify = "left"
    console.print(view)


app.command(short_help="Look for leaks, duplicates, giveaways and other faults.")(check)
app.command(short_help="Show which rows two sources share.")(overlap)
app.command(short_help="Compose synthetic cases.")(synthesise)
app.command(short_help="Replace names, dates, numbers and addresses in clinical text.")(deidentify)
