"""workup audit verify, replay, list"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from workup.cli.arguments import DATABASE, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workup.serve.store.tables import Event

app = typer.Typer(
    help="Read what the service did, and prove that nothing of it was changed.", no_args_is_help=True
)

_Database = Annotated[str, DATABASE]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.callback()
def audit() -> None:
    """Read what the service did, and prove that nothing of it was changed."""


@app.command(short_help="Say whether the record is whole and unchanged.")
def verify(
    head: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="A head noted before; it has to be in the record still."),
    ] = None,
    database: _Database = FROM_ENVIRONMENT,
    as_json: _Json = False,
) -> None:
    """Follow the chain of events from the first to the last, and name the first place where it breaks.

    Note the head that it prints somewhere else: with --head, a later run also finds events that were cut off
    the end. Exit status: 0, whole; 1, broken.
    """
    from workup.cli.console import output, print_json

    with _reading(database) as session:
        from workup.serve.audit.chain import verify as verified

        found = verified(session, head)
    if as_json:
        print_json(vars(found))
    elif found.broken is None:
        output().print(f"  {found.events} events, each following from the one before; head {found.head}")
    else:
        output().print(f"  {found.broken}. Up to event {found.events} all is as written.", style="red")
    raise typer.Exit(int(found.broken is not None))


@app.command(short_help="Ask an answer's version again, of the same words.")
def replay(
    event: Annotated[int, typer.Argument(metavar="ID", help="Of the answer's event; audit list has them.")],
    run: Annotated[Path | None, typer.Option(metavar="RUN", help="The run that answered.")] = None,
    registry: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The registry that holds the version.")
    ] = None,
    database: _Database = FROM_ENVIRONMENT,
    as_json: _Json = False,
) -> None:
    """Ask the version that answered once more, of the recorded text, and say whether it answers the same.

    Exit status: 0, the same; 1, not.
    """
    from workup.cli.console import messages, output, print_json, quiet_libraries
    from workup.serve.settings import Settings

    settings = Settings.load(run=run, registry=registry, database=database)
    quiet_libraries()
    with _reading(settings.database) as session, messages().status("  loading"):
        from workup.serve.audit.replay import replay as replayed

        found = replayed(session, settings, event)
    if as_json:
        print_json({**vars(found), "same": found.same})
    else:
        console = output()
        first = found.now["diagnosis"] or f"no diagnosis ({found.now['abstained']})"
        likely = found.now["probability"]
        told = f"{first}, {likely:.4f}" if likely is not None else first
        verdict = "the same as recorded" if found.same else "not as recorded"
        console.print(f"  event {event}, {found.version}: {told}; {verdict}", markup=False)
        for difference in found.differences:
            console.print(f"    {difference}", markup=False, style="red")
        if found.moved:
            console.print(f"    probabilities moved by {found.moved:.4f} at most", style="dim")
    raise typer.Exit(int(not found.same))


@app.command("list", short_help="List events, newest first.")
def list_(
    last: Annotated[int, typer.Option(min=1, metavar="N", help="So many of the newest.")] = 20,
    action: Annotated[str | None, typer.Option(metavar="ACTION", help="Only these, such as assess.")] = None,
    caller: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this caller.")] = None,
    request: Annotated[str | None, typer.Option(metavar="ID", help="Only of this request.")] = None,
    database: _Database = FROM_ENVIRONMENT,
    as_json: _Json = False,
) -> None:
    """List what was done, newest first: when, by whom, which model answered; with --json all of it."""
    from workup.cli.console import output, print_json
    from workup.cli.views import table

    with _reading(database) as session:
        from workup.serve.audit.chain import newest

        found = newest(session, last, action=action, caller=caller, request=request)
    if as_json:
        print_json([_as_json(event) for event in found])
        return
    view = table("event", "when", "action", "caller", "model", "what")
    for event in found:
        when = event.at.partition(".")[0]
        cells = (str(event.id), when, event.action, event.caller, event.version, _told(event))
        view.add_row(*map(escape, cells))
    for column in view.columns[1:]:
        column.justify = "left"
    output().print(view)


@contextmanager
def _reading(database: str) -> Iterator[Session]:
    from workup.serve.settings import Settings
    from workup.serve.store import Database

    opened = Database.open(Settings.load(database=database).database, create=False)
    try:
        with opened.reading() as session:
            yield session
    finally:
        opened.close()


def _as_json(event: Event) -> dict[str, object]:
    names = ("id", "at", "action", "caller", "request", "version", "checksum")
    plain = {name: getattr(event, name) for name in names}
    return {**plain, "details": event.told, "previous": event.previous, "hash": event.hash}


def _told(event: Event) -> str:
    """What an event is about, in a few words."""
    told = event.told
    if answer := told.get("answer"):
        first = answer["diagnosis"]
        return f"{first} ({answer['probability']:.2f})" if first else f"no diagnosis: {answer['abstained']}"
    return str(told.get("name", ""))
