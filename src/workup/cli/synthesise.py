"""workup data synthesise"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def synthesise(
    count: Annotated[int, typer.Argument(min=1, help="How many cases.")],
    out: Annotated[Path, typer.Option(help="The .jsonl file to write.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same cases.")] = 0,
) -> None:
    """Compose synthetic cases from the case book's conditions and lexicon.

    A recipe can draw them itself: data.extra_source: synthetic:2000
    """
    from workup.cli.console import counting, messages, output
    from workup.clinic.synthesis.source import rows
    from workup.data.export import write_rows

    with counting(messages(), "composing", count) as progress:
        written = write_rows(rows(count, seed), out, progress)
    output().print(f"  {written} synthetic cases (seed {seed}) in {out}. Invented, never real patients.")
