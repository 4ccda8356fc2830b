"""workup predict"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer


def predict(
    run: Annotated[Path, typer.Argument(help="The folder of a run, or the model folder out of one.")],
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT|-|FILE", help="A text; - for lines of standard input; or a txt, csv or jsonl file."
        ),
    ],
    candidates: Annotated[
        int, typer.Option("-n", "--candidates", min=1, max=50, help="Ranked answers for each input.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Answer one text, or many, through the prompt the model was trained with."""
    import json

    from workup.cli.console import counting, messages, quiet_libraries

    given = read_inputs(text)
    quiet_libraries()
    from workup.run import Run

    predictor = Run.load(run).predictor
    sources = [predictor.source(item) for item in given]
    with counting(messages(), "answering", len(sources)) as progress:
        found = {}
        for position, prediction in predictor.stream(sources, candidates):
            found[position] = prediction
            progress(len(found))
    for position in range(len(sources)):
        answers = found[position].candidates
        if as_json:
            ranked = [{"text": a.text, "fields": dict(a.fields), "log_probability": a.score} for a in answers]
            print(
                json.dumps(
                    {"input": given[position], "answers": ranked, "notice": predictor.recipe.notice or None},
                    ensure_ascii=False,
                )
            )
        else:
            print("\n".join(answer.text for answer in answers))
    if predictor.recipe.notice and not as_json:
        print(predictor.recipe.notice, file=sys.stderr)


def read_inputs(given: str) -> list[str | Mapping[str, Any]]:
    """What is to be answered: the text itself, lines of standard input, or the rows of a file."""
    from workup.data.readers import read_lines
    from workup.data.sources import read
    from workup.errors import DataError

    path = Path(given)
    if given == "-":
        lines: list[str] = sys.stdin.read().splitlines()
    elif path.suffix in {".csv", ".tsv", ".jsonl", ".parquet"} and " " not in given:
        return [row.values for row in read(given)]
    elif path.suffix == ".txt" and " " not in given:
        lines = list(read_lines(path))
    else:
        lines = [given]
    filled: list[str | Mapping[str, Any]] = [line.strip() for line in lines if line.strip()]
    if not filled:
        raise DataError("there is no text to answer: the input is empty")
    return filled
