"""workup diagnose"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser


def diagnose(
    run: Annotated[
        Path | None, typer.Argument(metavar="RUN", help="The folder of a run whose target is a diagnosis.")
    ] = None,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEXT|-|FILE]",
            help="A case in free text; - for one a line of standard input; or a txt, csv or jsonl file. "
            "Nothing: a conversation.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a case.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of an answer.")] = False,
) -> None:
    """Answer a case with a diagnosis, a differential and reasons, or say that the model does not know.

    Research software, never a medical device. Exit status: 0, answered, abstentions included; 1, a row of
    a file could not be read at all.
    """
    from workup.cli.console import messages, print_json, quiet_libraries
    from workup.errors import RunError

    if schema:
        from workup.clinic.assess.assessment import schema as described

        print_json(described())
        return
    if run is None:
        raise RunError("name the run that is to answer: workup diagnose RUN [TEXT]")
    if text is None and as_json:
        raise RunError("--json is for given texts; a conversation has none")
    quiet_libraries()
    from workup.cli.predict import read_inputs

    given = None if text is None else read_inputs(text)
    from workup.clinic.assess import Diagnoser

    with messages().status("  loading") as status:
        diagnoser = Diagnoser.load(run, lambda what: status.update(f"  {what}"))
    if given is None:
        from workup.cli.talking import talk

        talk(diagnoser)
    else:
        raise typer.Exit(_answer(diagnoser, given, as_json))


def _answer(diagnoser: Diagnoser, given: Sequence[str | Any], as_json: bool) -> int:
    """Answer all in their order, each as soon as it is done; what cannot be read is told and passed over."""
    from workup.cli.console import counting, messages, output
    from workup.clinic.assess.terminal import view
    from workup.errors import DataError

    unread = 0
    with counting(messages(), "assessing", len(given)) as progress:
        for number, one in enumerate(given, start=1):
            try:
                assessment = diagnoser.assess(one)
            except DataError as error:
                if len(given) == 1:
                    raise
                unread += 1
                messages().print(f"case {number}: {error}", markup=False)
                if as_json:
                    print(json.dumps({"case": number, "error": str(error)}), flush=True)
                continue
            finally:
                progress(number)
            if as_json:
                print(json.dumps(assessment.to_json(), ensure_ascii=False), flush=True)
            else:
                output().print(view(assessment), soft_wrap=False)
    return int(unread > 0)
