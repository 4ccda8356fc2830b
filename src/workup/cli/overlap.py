"""workup data overlap"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from workup.cli.arguments import SKIP_BAD, SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from workup.data.overlap import Pair
    from workup.data.rows import Row

_MEANING = {
    "exact": "the very same text",
    "normalised": "the same but for case, marks and digits",
    "near": "nearly the same: edit similarity of 0.8 or more",
    "template": "one template, filled otherwise",
}


def overlap(
    source: Annotated[str, SOURCE],
    other: Annotated[
        str | None, typer.Argument(help="The source to compare with.  [default: SOURCE with itself]")
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What is compared.  [default: the longest texts]")
    ] = None,
    show: Annotated[int, typer.Option(metavar="N", min=0, help="Pairs to show of each kind.")] = 3,
    skip_bad: Annotated[int, SKIP_BAD] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print every pair as JSON.")] = False,
) -> None:
    """Show which rows of one source stand in another: copies, near-copies, rows of one template."""
    from workup.cli.arguments import read_source
    from workup.cli.console import output, print_json
    from workup.data import overlap as overlaps
    from workup.data.describe import longest_column
    from workup.data.rows import as_text, require_columns

    sets = {name: read_source(name, skip_bad) for name in (source, other) if name}
    column = text or longest_column(sets[source])
    for name, rows in sets.items():
        require_columns(rows, {column: "--text"}, name)
    texts = {name: [as_text(row.values.get(column) or "") for row in rows] for name, rows in sets.items()}
    against = other or source
    pairs = overlaps.between(texts[source], texts[other]) if other else overlaps.within(texts[source])
    if as_json:
        print_json(
            {
                "column": column,
                "distinct": {name: vars(overlaps.distinct(found)) for name, found in texts.items()},
                "overlap": overlaps.count(pairs),
                "pairs": [
                    {
                        "kind": pair.kind,
                        "similarity": round(pair.similarity, 4),
                        "place": sets[source][pair.index].place,
                        "other": sets[against][pair.other].place,
                    }
                    for pair in pairs
                ],
            }
        )
        return
    console = output()
    chosen = "" if text else ", the one with the longest texts (another: --text)"
    console.print(f"  Compared: column {column!r}{chosen}.")
    for name, found in texts.items():
        different = overlaps.distinct(found)
        console.print(
            f"  [bold]{name}[/]: {different.texts} rows, {different.exact} distinct; "
            f"{different.normalised} differ in more than case, marks and digits."
        )
    _show(console, pairs, sets[source], sets[against], column, show, itself=other is None)


def _show(
    console: Console,
    pairs: Sequence[Pair],
    rows: Sequence[Row],
    others: Sequence[Row],
    column: str,
    show: int,
    itself: bool,
) -> None:
    from workup.cli.views import table
    from workup.data.overlap import count

    if not pairs:
        console.print(f"  [green]No row overlaps {'another' if itself else 'any of the other source'}.[/]")
        return
    view = table("rows that", "number", "share")
    for kind, number in count(pairs).items():
        view.add_row(f"{kind}: {_MEANING[kind]}", str(number), f"{number / len(rows):.1%}")
    console.print(view)
    shown = dict.fromkeys(_MEANING, 0)
    for pair in sorted(pairs, key=lambda pair: -pair.similarity):
        shown[pair.kind] += 1
        if shown[pair.kind] <= show:
            row, other = rows[pair.index], others[pair.other]
            console.print(f"  [bold]{pair.kind}[/] {pair.similarity:.2f}")
            for found in (row, other):
                console.print(f"    [dim]{found.place}[/] {_short(found, column)}")


def _short(row: Row, column: str) -> str:
    from rich.markup import escape

    from workup.data.rows import as_text

    text = " ".join(as_text(row.values.get(column) or "").split())
    return escape(text if len(text) <= 160 else text[:159] + "…")
